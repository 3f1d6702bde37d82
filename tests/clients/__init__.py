"""Clients of other hands against the running register: each script is a program, and an example for a supplier."""
