"""Take-on: people come into the register from outside it, with the lists they are and were on.

What is loaded has no transaction behind it; in the ledger it comes from the list `take-on`.
"""
