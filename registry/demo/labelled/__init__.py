"""Registers of any size with the truth beside them, to measure a matcher by."""
