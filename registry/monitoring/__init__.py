"""Nothing is lost: what is open, what is late, what does not balance, and who is told."""
