"""How good a set of scored pairs is, measured against the truth."""
