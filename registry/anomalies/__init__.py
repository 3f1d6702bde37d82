"""The queue: what a person must settle, with its evidence. It knows no remedies."""
