"""Changes of identity: a new person with a new number, and an old one that is closed and sealed."""
