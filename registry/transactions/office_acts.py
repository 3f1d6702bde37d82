"""Every group of acts of this package, for routes and commands."""

from registry.transactions.assignment.acts import ASSIGNMENT
from registry.transactions.confusions.acts import CONFUSIONS
from registry.transactions.counter_fraud.acts import COUNTER_FRAUD
from registry.transactions.deductions.acts import DEDUCTIONS
from registry.transactions.fp69.acts import FP69
from registry.transactions.identities.acts import IDENTITIES
from registry.transactions.identities.vault_acts import VAULT
from registry.transactions.letters.acts import LETTERS
from registry.transactions.liaison.acts import LIAISON_GROUP
from registry.transactions.merges.acts import DUPLICATES
from registry.transactions.newcomers.machine import NEWCOMERS_GROUP
from registry.transactions.particulars.acts import PARTICULARS
from registry.transactions.protected.acts import PROTECTED
from registry.transactions.quality.acts import QUALITY
from registry.transactions.quarters.acts import QUARTERS
from registry.transactions.queries.acts import QUERY_ACTS
from registry.transactions.removals.acts import REMOVALS
from registry.transactions.returned_mail.acts import RETURNED_MAIL
from registry.transactions.scheme.acts import SCHEME
from registry.transactions.special_registrations.acts import SPECIAL_REGISTRATIONS
from registry.transactions.taking_back.acts import TAKING_BACK
from registry.transactions.trail.acts import AUDIT

OFFICE_ACTS = (
    REMOVALS,
    DEDUCTIONS,
    NEWCOMERS_GROUP,
    QUARTERS,
    SCHEME,
    ASSIGNMENT,
    FP69,
    RETURNED_MAIL,
    SPECIAL_REGISTRATIONS,
    TAKING_BACK,
    DUPLICATES,
    CONFUSIONS,
    LETTERS,
    IDENTITIES,
    PARTICULARS,
    QUALITY,
    LIAISON_GROUP,
    QUERY_ACTS,
    COUNTER_FRAUD,
    PROTECTED,
    VAULT,
    AUDIT,
)
"""In the order in which help lists them."""
