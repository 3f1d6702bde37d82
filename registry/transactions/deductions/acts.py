"""What the office may do here."""

from registry.transactions.acts.act import Group

DEDUCTIONS = Group("deductions", "Deaths, departures and other notices, one by one.", ())
