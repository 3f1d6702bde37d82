"""The search for people who are in the register twice."""
