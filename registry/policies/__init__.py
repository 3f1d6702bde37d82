"""Effective-dated rules and their sources."""
