"""Every group of acts of this package, for routes and commands."""

from registry.transactions.assignment.acts import ASSIGNMENT
from registry.transactions.deductions.acts import DEDUCTIONS
from registry.transactions.fp69.acts import FP69
from registry.transactions.letters.acts import LETTERS
from registry.transactions.quarters.acts import QUARTERS
from registry.transactions.removals.acts import REMOVALS
from registry.transactions.returned_mail.acts import RETURNED_MAIL
from registry.transactions.scheme.acts import SCHEME
from registry.transactions.special_registrations.acts import SPECIAL_REGISTRATIONS
from registry.transactions.taking_back.acts import TAKING_BACK

OFFICE_ACTS = (
    REMOVALS,
    DEDUCTIONS,
    QUARTERS,
    SCHEME,
    ASSIGNMENT,
    FP69,
    RETURNED_MAIL,
    SPECIAL_REGISTRATIONS,
    TAKING_BACK,
    LETTERS,
)
"""In the order in which help lists them."""
