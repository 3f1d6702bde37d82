"""Looking at the register: people, lists, transactions and cases, as the office asks about them.

Queries only. Who shows a result records the reading of the people in it, with their ids.
"""
