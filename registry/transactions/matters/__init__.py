"""Matters: pieces of the office's work that last, each with a state, an owner, and what it waits for by when."""
