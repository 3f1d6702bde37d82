"""Practices, their doctors, and where they are: no data of patients."""
