"""Who changed what, and who looked at whom: append-only, written in the same unit of work."""
