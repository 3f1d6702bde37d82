"""What the office may do here."""

from registry.transactions.acts.act import Group

REMOVALS = Group("removals", "Removals by the practice, by the patient, or out of area.", ())
