"""What the office may do here."""

from registry.transactions.acts.act import Group
from registry.transactions.special_registrations.crown_acts import EXPECT_RETURN, WITHDRAW_RETURN
from registry.transactions.special_registrations.forces_acts import DISCHARGE, RECORD_RETURNED, REGISTER_FORCES
from registry.transactions.special_registrations.release_acts import MARK_SECURE, POSTPONE, PRE_REGISTER, WITHDRAW
from registry.transactions.special_registrations.temporary_acts import END_STAY, EXTEND_STAY, RECORD_STAY

SPECIAL_REGISTRATIONS = Group(
    "stays",
    "Temporary residents, armed forces, Crown servants and secure settings.",
    (
        RECORD_STAY,
        EXTEND_STAY,
        END_STAY,
        REGISTER_FORCES,
        DISCHARGE,
        RECORD_RETURNED,
        EXPECT_RETURN,
        WITHDRAW_RETURN,
        MARK_SECURE,
        PRE_REGISTER,
        POSTPONE,
        WITHDRAW,
    ),
)
