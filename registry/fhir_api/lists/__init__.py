"""A practice's whole list as bulk data."""
