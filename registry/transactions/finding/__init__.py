"""Asking the matcher: who somebody is, why two records are alike, and why a decision was as it was."""
