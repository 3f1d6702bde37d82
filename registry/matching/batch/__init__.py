"""The matcher over whole files and registers: columns of codes, blocking, comparison of pairs by the million."""
