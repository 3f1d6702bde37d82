"""Returned mail: each letter that comes back is scanned once, by its cause, and does what the cause asks for."""
