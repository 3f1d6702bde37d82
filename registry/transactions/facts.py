"""The facts that rules look at, gathered before they decide."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from registry.matching.keys import MatchKey
from registry.transactions.matters.stands import Matter
from registry.values.address import Address
from registry.values.person import Name, Sex


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The practice that sent a transaction."""

    id: UUID
    ods_code: str
    partner_code: str
    authority_cipher: str
    list_is_open: bool
    doctor_known: bool
    """Whether the doctor named is one of the practice's on the day."""
    secure: bool = False
    """A prison or another secure setting."""


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """The list that a person is on."""

    id: UUID
    practice_id: UUID
    partner_code: str
    authority_cipher: str
    since: date
    accepted_on: date
    gp_code: str
    written_at: datetime | None = None
    """When the practice wrote the acceptance that began it; None for who was taken on."""
    posted_at: datetime | None = None
    transaction_id: UUID | None = None
    out_of_area: bool = False
    """Registered as living outside the practice's area."""


@dataclass(frozen=True, slots=True)
class PendingDeduction:
    """A deduction that is waiting for its day."""

    id: UUID
    practice_id: UUID
    transaction_id: UUID
    due_on: date | None
    """None while the clock has not begun."""
    reason: str
    version: int = 1
    removal: str = "OPA"
    """The removal reason's code."""
    waits_for: str | None = None
    """What begins its days: `letter`, `treatment-end`, `carer-check`. None when they have begun."""
    days: int | None = None
    letter_id: UUID | None = None
    requested_on: date | None = None
    earliest_on: date | None = None
    """The day before which the law lets nobody be removed; None where there is no such day."""

    def expected_on(self, posts_on: date) -> date | None:
        """The day on which it acts, as far as that can be told, when the next post leaves on a day."""
        if self.due_on is None and self.waits_for == "letter" and self.days is not None:
            return posts_on + timedelta(days=self.days)
        return self.due_on


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person whose row is locked, with everything a rule may ask."""

    id: UUID
    version: int
    nhs_number: str | None
    status: str
    name: Name
    previous_surname: str | None
    sex: Sex
    date_of_birth: date | None
    date_of_death: date | None
    address: Address
    restricted: bool
    drugs_dispensed: bool
    residential_institute: str | None
    place_of_birth: str | None
    updated_at: datetime
    membership: MembershipFacts | None
    on_list: UUID
    """The list that the last movement led to: a practice's, or one outside."""
    last_movement_at: datetime | None
    was_with: frozenset[UUID] = frozenset()
    """Practices whose lists the person was on before."""
    superseded_numbers: frozenset[str] = frozenset()
    pending: tuple[PendingDeduction, ...] = ()
    keys: tuple[MatchKey, ...] = ()
    current_key_ids: tuple[int, ...] = ()
    last_movement: int | None = None
    """The number of their last movement in the ledger."""
    unworked: int = 0
    """Inbound items about the person that nobody has settled."""
    row: dict[str, object] = field(default_factory=dict[str, object])
    """The stored row, as kept among the versions."""

    last_accepted_on: date | None = None
    """The acceptance date of the latest stay on any practice's list, ended or not."""

    removal: str | None = None
    """The code of the reason for which they are on no practice's list, where one is known."""
    matters: tuple[Matter, ...] = ()
    """The open matters about them."""
    apart: bool = False
    """Left out of duplicate search, list comparison, FP69 and research; why is recorded nowhere here."""
    absorbed: tuple[UUID, ...] = ()
    """Records that were merged into this one. What happened under them is read with this one's."""

    @property
    def is_dead(self) -> bool:
        return self.status in ("informal-dead", "formal-dead")

    def matter(self, kind: str) -> Matter | None:
        """Their open matter of a kind; there is one at most."""
        return next((each for each in self.matters if each.kind == kind), None)


def pending_for(person: PersonFacts, practice_id: UUID) -> PendingDeduction | None:
    """The deduction that a practice has pending for a person; there is one at most."""
    return next((each for each in person.pending if each.practice_id == practice_id), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an operation gathered: the sender, and the people it may concern."""

    practice: PracticeFacts
    people: dict[UUID, PersonFacts]
    earlier: UUID | None = None
    """The practice's earlier attempt that this one repeats (code R) or disputes (code D)."""
    not_in_use: frozenset[str] = frozenset()
    """Numbers that were named and that nobody may be registered under any more."""
    use_untold: bool = False
    """Whether it cannot be told which numbers those are."""
