"""Work that follows: put into the queue with the fact that asks for it, and done by the worker."""
