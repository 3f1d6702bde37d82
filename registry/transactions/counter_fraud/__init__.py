"""Suspicions of fraud: what points to them, and their way to those who look into them. For those entrusted alone."""
