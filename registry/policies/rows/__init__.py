"""The rows that ship, by part of the office's work. A row stands here only when some rule reads it."""
