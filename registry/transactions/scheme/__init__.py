"""The violent patient scheme (Special Allocation Scheme): removal at once, and a place all the same."""
