"""What happened to the people and the work of a practice, in an order without gaps (ADR 0037)."""
