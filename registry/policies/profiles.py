"""The policy rows that ship: three profiles, each number with the days on which it is in force.

A profile is a set of rows, never a branch in code.
"""

from registry.policies.row import PROFILES, PolicyRow
from registry.policies.rows.assignment import ASSIGNMENT
from registry.policies.rows.confusions import CONFUSIONS
from registry.policies.rows.deductions import DEDUCTIONS
from registry.policies.rows.events import EVENTS
from registry.policies.rows.fhir_limits import FHIR_LIMITS
from registry.policies.rows.fp69 import FP69
from registry.policies.rows.identities import IDENTITIES
from registry.policies.rows.letters import LETTERS
from registry.policies.rows.liaison import LIAISON
from registry.policies.rows.merges import MERGES
from registry.policies.rows.monitoring import MONITORING
from registry.policies.rows.newcomers import NEWCOMERS
from registry.policies.rows.outside_cases import OUTSIDE_CASES
from registry.policies.rows.particulars import PARTICULARS
from registry.policies.rows.protected import PROTECTED
from registry.policies.rows.queries import QUERIES
from registry.policies.rows.registration import REGISTRATION
from registry.policies.rows.removals import REMOVALS
from registry.policies.rows.scheme import SCHEME
from registry.policies.rows.special_registrations import SPECIAL_REGISTRATIONS
from registry.policies.rows.sweeps import SWEEPS
from registry.policies.rows.taking_back import TAKING_BACK
from registry.policies.rows.vault import VAULT

__all__ = ["PROFILES", "ROWS", "PolicyRow"]

ROWS: tuple[PolicyRow, ...] = (
    *REGISTRATION,
    *LETTERS,
    *SCHEME,
    *ASSIGNMENT,
    *REMOVALS,
    *DEDUCTIONS,
    *FP69,
    *SPECIAL_REGISTRATIONS,
    *TAKING_BACK,
    *VAULT,
    *IDENTITIES,
    *MONITORING,
    *OUTSIDE_CASES,
    *CONFUSIONS,
    *PROTECTED,
    *LIAISON,
    *MERGES,
    *SWEEPS,
    *PARTICULARS,
    *NEWCOMERS,
    *QUERIES,
    *FHIR_LIMITS,
    *EVENTS,
)
