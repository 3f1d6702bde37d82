"""Assignment of people who cannot get on a list."""
