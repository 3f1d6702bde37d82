"""Confusions: several people on one number, looked into and taken apart by two people of the office."""
