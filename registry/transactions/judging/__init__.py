"""Deciding about pairs of records that look alike: the cases of the sweep, and whom a clerk did not choose."""
