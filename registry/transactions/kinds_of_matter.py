"""Every kind of matter. Whoever works on matters imports this first, so that no kind is unknown."""

from registry.transactions.assignment import kind as assignment
from registry.transactions.confusions.allot import ALLOTMENTS
from registry.transactions.confusions.clocks import CONFUSIONS
from registry.transactions.counter_fraud.kind import KIND as COUNTER_FRAUD
from registry.transactions.deductions.births import BIRTHS
from registry.transactions.fp69 import kind as fp69
from registry.transactions.liaison.kind import KIND as LIAISON
from registry.transactions.matters.kind import Kind
from registry.transactions.merges.machine import DUPLICATES
from registry.transactions.newcomers.machine import NEWCOMERS
from registry.transactions.protected.machine import KIND as PROTECTION
from registry.transactions.quarters.machine import CLOSES
from registry.transactions.queries.machine import QUERIES
from registry.transactions.scheme.appeals import SCHEME_APPEAL
from registry.transactions.scheme.notices import VIOLENCE_NOTICE
from registry.transactions.scheme.placement import SPECIAL_ALLOCATION
from registry.transactions.special_registrations.crown import CROWN_RETURNS
from registry.transactions.special_registrations.forces import FORCES_REGISTRATION
from registry.transactions.special_registrations.release import PRE_REGISTRATION
from registry.transactions.special_registrations.temporary import TEMPORARY_RESIDENCE
from registry.transactions.taking_back.machine import REVERSALS

KINDS: tuple[Kind, ...] = (
    assignment.KIND,
    assignment.REFUSALS,
    VIOLENCE_NOTICE,
    SPECIAL_ALLOCATION,
    SCHEME_APPEAL,
    fp69.KIND,
    fp69.REQUEST,
    TEMPORARY_RESIDENCE,
    FORCES_REGISTRATION,
    CROWN_RETURNS,
    PRE_REGISTRATION,
    REVERSALS,
    CONFUSIONS,
    ALLOTMENTS,
    BIRTHS,
    CLOSES,
    DUPLICATES,
    LIAISON,
    COUNTER_FRAUD,
    PROTECTION,
    QUERIES,
    NEWCOMERS,
)
"""By part of the office's work; each is declared where it is defined."""
