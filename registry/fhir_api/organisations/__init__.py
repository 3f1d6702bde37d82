"""Practices, their doctors and their places."""
