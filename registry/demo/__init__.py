"""The demonstration office and its synthetic people."""
