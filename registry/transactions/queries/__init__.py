"""Queries: the office asks a practice something, and only the practice's answer closes it."""
