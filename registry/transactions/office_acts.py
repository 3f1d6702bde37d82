"""Every group of acts of this package, for routes and commands."""

from registry.transactions.assignment.acts import ASSIGNMENT
from registry.transactions.deductions.acts import DEDUCTIONS
from registry.transactions.fp69.acts import FP69
from registry.transactions.removals.acts import REMOVALS
from registry.transactions.scheme.acts import SCHEME
from registry.transactions.special_registrations.acts import SPECIAL_REGISTRATIONS
from registry.transactions.taking_back.acts import TAKING_BACK

OFFICE_ACTS = (REMOVALS, DEDUCTIONS, SCHEME, ASSIGNMENT, FP69, SPECIAL_REGISTRATIONS, TAKING_BACK)
"""In the order in which help lists them."""
