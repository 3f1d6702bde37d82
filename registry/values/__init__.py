"""The vocabulary: values that are right by construction. Standard library only."""
