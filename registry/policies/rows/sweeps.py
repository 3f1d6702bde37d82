"""The search for duplicates in the register."""

from registry.policies.row import PolicyRow

SWEEPS: tuple[PolicyRow, ...] = (
    PolicyRow("duplicate_sweep_nightly", True, "Office practice: whoever changed is compared with all every night"),
    PolicyRow(
        "duplicate_cases_open_at_most",
        100,
        "Office practice: pairs before a person at a time, the likeliest first; the others wait",
    ),
)
