"""Practices, their doctors, and whether their lists are open."""
