"""What the office may do here."""

from registry.transactions.acts.act import Group

SPECIAL_REGISTRATIONS = Group("stays", "Temporary residents, out-of-area, forces and secure settings.", ())
