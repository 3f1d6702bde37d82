"""What the office may do here."""

from registry.transactions.acts.act import Group
from registry.transactions.taking_back.cancel_acceptance import CANCEL_ACCEPTANCE
from registry.transactions.taking_back.cancel_deduction import CANCEL_DEDUCTION
from registry.transactions.taking_back.confirm import CONFIRM, DECLINE
from registry.transactions.taking_back.propose import PROPOSE

TAKING_BACK = Group(
    "undo",
    "Take back an acceptance, a request, or a wrong registration.",
    (CANCEL_ACCEPTANCE, CANCEL_DEDUCTION, PROPOSE, CONFIRM, DECLINE),
)
