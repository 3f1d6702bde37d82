"""Who is asking, and what each kind of caller may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from registry.values.actor import Actor


class Role(Enum):
    """What a token was issued for."""

    STAFF = "staff"
    """A person at a screen."""
    APP = "app"
    """A practice's or the office's own system."""
    APP_READ = "app-read"
    """A system that may look and change nothing."""
    SCHEME = "scheme"
    """A person of the office who is entrusted with the special allocation scheme."""
    IDENTITY = "identity"
    """A person of the office who carries out changes of identity, and sees where protected people live."""
    GOVERNANCE = "governance"
    """Information governance: opens what is sealed, and reviews who looked."""
    COUNTER_FRAUD = "counter-fraud"
    """A person of the office who is entrusted with cases of counter fraud."""


class Permission(Enum):
    """What a route lets be done. Every route names one."""

    SEND_TRANSACTIONS = "send-transactions"
    """Send acceptances, removals, deductions and amendments for a practice."""
    READ_INBOX = "read-inbox"
    """Fetch and acknowledge what waits for a practice."""
    READ_PATIENTS = "read-patients"
    """Look at people and their registrations."""
    READ_TRANSACTIONS = "read-transactions"
    """Look at transactions and what became of them."""
    READ_ANOMALIES = "read-anomalies"
    """Look at the queue of what a person must settle."""
    DECIDE_ANOMALIES = "decide-anomalies"
    """Settle what is in the queue; the office's own work."""
    FIND_PEOPLE = "find-people"
    """Ask who a described person is, among everybody; the office's own work."""
    READ_MATTERS = "read-matters"
    """Look at the office's matters and letters."""
    WORK_MATTERS = "work-matters"
    """Do what the office does: removals, deductions, assignments, and whatever lasts."""
    READ_NARRATIVES = "read-narratives"
    """Read what happened at a violent incident; for those entrusted with the scheme."""
    READ_PROTECTED = "read-protected"
    """See, with a reason, where somebody lives whose whereabouts are protected."""
    CHANGE_IDENTITIES = "change-identities"
    """Carry out changes of identity: adoption, gender, protection."""
    OPEN_VAULT = "open-vault"
    """See, with a reason and a second person, which two identities are one; and review who did."""
    WORK_FRAUD = "work-fraud"
    """Work on cases of counter fraud, and see that there are any."""
    READ_AUDIT = "read-audit"
    """See who looked at whom, and who changed what."""
    AMEND_PATIENTS = "amend-patients"
    """Change what the register says of a person, by the FHIR API."""
    CREATE_PATIENTS = "create-patients"
    """Have a number given to a person whom nobody knows."""
    READ_HISTORY = "read-history"
    """See who changed what of a person, version by version; the office's own."""
    WORK_TASKS = "work-tasks"
    """Place work with the register, and answer what it asks."""
    FOLLOW_EVENTS = "follow-events"
    """Hear of what changes for a practice: subscriptions, events."""
    EXPORT_LISTS = "export-lists"
    """Fetch a practice's whole list."""


_READ = frozenset({Permission.READ_PATIENTS, Permission.READ_TRANSACTIONS})
_SYSTEM = _READ | {
    Permission.SEND_TRANSACTIONS,
    Permission.READ_INBOX,
    Permission.WORK_TASKS,
    Permission.FOLLOW_EVENTS,
    Permission.EXPORT_LISTS,
}
_PERSON = _SYSTEM | {Permission.AMEND_PATIENTS, Permission.CREATE_PATIENTS}
"""A person at a practice's screen may write demographics; a system alone may not (PDS, modes of access)."""

PRACTICE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.STAFF: _PERSON,
    Role.APP: _SYSTEM,
    Role.APP_READ: _READ | {Permission.FOLLOW_EVENTS, Permission.EXPORT_LISTS},
    Role.SCHEME: frozenset(),
    Role.IDENTITY: frozenset(),
    Role.GOVERNANCE: frozenset(),
    Role.COUNTER_FRAUD: frozenset(),
}
"""For callers of one practice."""

_ENTRUSTED = frozenset(
    {
        Permission.READ_NARRATIVES,
        Permission.READ_PROTECTED,
        Permission.CHANGE_IDENTITIES,
        Permission.OPEN_VAULT,
        Permission.WORK_FRAUD,
        Permission.READ_AUDIT,
    }
)
"""What nobody has by being of the office alone. Each is granted apart (domain rules 5.4)."""
_OFFICE = frozenset(Permission) - _ENTRUSTED

OFFICE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.STAFF: _OFFICE,
    Role.APP: _OFFICE
    - {
        Permission.DECIDE_ANOMALIES,
        Permission.WORK_MATTERS,
        Permission.AMEND_PATIENTS,
        Permission.CREATE_PATIENTS,
    },
    Role.APP_READ: _READ | {Permission.READ_ANOMALIES, Permission.READ_MATTERS},
    Role.SCHEME: _OFFICE | {Permission.READ_NARRATIVES},
    Role.IDENTITY: _OFFICE | {Permission.READ_PROTECTED, Permission.CHANGE_IDENTITIES},
    Role.GOVERNANCE: _READ
    | {
        Permission.READ_ANOMALIES,
        Permission.READ_MATTERS,
        Permission.READ_PROTECTED,
        Permission.OPEN_VAULT,
        Permission.READ_AUDIT,
    },
    Role.COUNTER_FRAUD: _OFFICE | {Permission.WORK_FRAUD},
}
"""For callers of the office."""


Right = tuple[str, str]
"""A type of FHIR resource, and a letter: c create, r read, u update, d delete, s search."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. `practice_id` is the practice whose data they may see; None is the office, which sees all."""

    actor: Actor
    practice_id: UUID | None
    role: Role
    role_ids: tuple[str, ...] = ()
    """The national role profiles that the token names, one of which a session may be opened under."""
    granted: frozenset[Permission] | None = None
    """What the token carries of what the role may; None: all of it."""
    rights: frozenset[Right] | None = None
    """Where the token was given for scopes: what they stand for. It then opens the FHIR API alone."""
    expires_at: datetime | None = None

    @property
    def is_system(self) -> bool:
        """Whether nobody sits at it: a practice's or the office's own system."""
        return self.role in (Role.APP, Role.APP_READ)

    @property
    def is_office(self) -> bool:
        return self.practice_id is None

    def may(self, permission: Permission) -> bool:
        """Whether the caller has a permission: their role has it, and their token carries it."""
        held = permissions_of_role(self.role, is_office=self.is_office)
        return permission in held and (self.granted is None or permission in self.granted)


def permissions_of_role(role: Role, *, is_office: bool) -> frozenset[Permission]:
    """What callers of a role may do, of the office or of a practice."""
    return (OFFICE_PERMISSIONS if is_office else PRACTICE_PERMISSIONS)[role]
