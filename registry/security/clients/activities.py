"""National activity codes: what each lets a person do here, as a table.

Source: the national RBAC baseline, claim `nhsid_nrbac_roles[].activity_codes[]` of a person's token. B0820 and B0825
are confirmed by the national page; the others by guides of suppliers, so that this is a table and no rule.
"""

from collections.abc import Iterable, Mapping

from registry.security.callers import Permission

_LOOK = frozenset({Permission.READ_PATIENTS, Permission.READ_TRANSACTIONS})
_REGISTER = _LOOK | {
    Permission.CREATE_PATIENTS,
    Permission.SEND_TRANSACTIONS,
    Permission.READ_INBOX,
    Permission.WORK_TASKS,
}
_ADMINISTER = _LOOK | {
    Permission.SEND_TRANSACTIONS,
    Permission.READ_INBOX,
    Permission.WORK_TASKS,
    Permission.FOLLOW_EVENTS,
    Permission.EXPORT_LISTS,
}

ACTIVITIES: Mapping[str, frozenset[Permission]] = {
    "B0820": _LOOK,  # View Patient Demographics
    "B0825": _LOOK | {Permission.AMEND_PATIENTS},  # Amend Patient Demographics
    "B8009": _REGISTER,  # Register Patient with Primary Care Provider on PDS
    "B0340": _REGISTER,  # Register Patients
    "B0254": _LOOK,  # Perform Patient Registration Search
    "B0264": _LOOK,  # Perform Patient Trace
    "B0560": _ADMINISTER,  # Perform Patient Administration
    "B8017": _ADMINISTER,  # Manage Patient Administration
    "B0056": frozenset({Permission.WORK_TASKS}),  # Complete Work Item
    "B8029": _LOOK,  # Manage Detailed Health Records
}
"""Permissions by activity code. What the role of the token does not carry, no code adds."""


def permissions_of_activities(codes: Iterable[str]) -> frozenset[Permission]:
    """What somebody with these codes may do. Codes that are not in the table give nothing."""
    return frozenset().union(*(ACTIVITIES.get(code, frozenset()) for code in codes))
