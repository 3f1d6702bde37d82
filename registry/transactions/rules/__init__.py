"""The rules of transactions: plain functions from facts to decisions. They need no database."""
