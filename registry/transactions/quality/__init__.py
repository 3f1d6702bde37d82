"""Nightly rules of quality: what the register itself can see is wrong, put before a person and taken back by itself."""
