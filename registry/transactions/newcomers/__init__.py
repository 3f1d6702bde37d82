"""People who are given a number at the request of a practice or of the office, and whom no practice has yet."""
