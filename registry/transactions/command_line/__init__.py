"""Commands about people, lists, transactions, the queue, and a fresh start in development."""
