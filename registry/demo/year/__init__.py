"""A year of one office's traffic, from the first form to the last case: proof that nothing gets stuck."""
