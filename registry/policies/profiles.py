"""The policy rows that ship: three profiles, each number with the days on which it is in force.

A profile is a set of rows, never a branch in code.
"""

from registry.policies.row import PROFILES, PolicyRow
from registry.policies.rows.assignment import ASSIGNMENT
from registry.policies.rows.deductions import DEDUCTIONS
from registry.policies.rows.fp69 import FP69
from registry.policies.rows.letters import LETTERS
from registry.policies.rows.monitoring import MONITORING
from registry.policies.rows.registration import REGISTRATION
from registry.policies.rows.removals import REMOVALS
from registry.policies.rows.scheme import SCHEME
from registry.policies.rows.special_registrations import SPECIAL_REGISTRATIONS
from registry.policies.rows.taking_back import TAKING_BACK

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
    *MONITORING,
)
