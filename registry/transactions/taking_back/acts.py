"""What the office may do here."""

from registry.transactions.acts.act import Group

TAKING_BACK = Group("undo", "Take back an acceptance, a request, or a wrong registration.", ())
