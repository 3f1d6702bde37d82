"""What the office may do here."""

from registry.transactions.acts.act import Group

ASSIGNMENT = Group(
    "assignments", "People who cannot get on a list: applications, candidates, and the practice assigned.", ()
)
