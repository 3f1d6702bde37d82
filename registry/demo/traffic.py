"""One working day of traffic: what eight practices send, with the faults that a real day has.

Everything here is bytes as they would come over the link. What becomes of them is decided by
the register, through the same door as anybody's.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from registry.demo import wire
from registry.demo.person import DemoPerson, Label
from registry.demo.places import ELSEWHERE, new_address
from registry.demo.practices import DemoPractice
from registry.links.edifact.envelope import Envelope
from registry.links.edifact.writer import MessageToWrite, NumberedItems, write_interchange
from registry.links.items import ERASE, Items
from registry.values.nhs_number import check_digit
from registry.values.organisation import link_code
from registry.values.person import Name, Sex

INTERCHANGES = 300
"""About so many in a day of an office of this size."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """An interchange as it comes, and what is wrong with it, for whoever writes about the day."""

    at: datetime
    content: bytes
    fault: str | None = None


@dataclass(slots=True)
class Link:
    """The numbers that a practice has used."""

    interchange: int = 0
    message: int = 0
    transaction: int = 0


@dataclass(slots=True)
class Day:
    """The day in the making. `held` are the register's people with a number, by practice."""

    rng: Random
    practices: Sequence[DemoPractice]
    held: dict[str, list[DemoPerson]]
    national: list[DemoPerson]
    opens_at: datetime
    links: dict[str, Link] = field(default_factory=dict)
    _used: set[int] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.opens_at.date()

    def practice(self) -> DemoPractice:
        """One that takes people on; seldom the one whose list is closed."""
        open_ones = [practice for practice in self.practices if practice.is_open]
        return self.rng.choice(open_ones if self.rng.random() < 0.97 else self.practices)

    def pair(self) -> tuple[DemoPractice, DemoPractice]:
        """Two practices: one that somebody leaves, and one that takes them on."""
        new = self.practice()
        return self.rng.choice([practice for practice in self.practices if practice is not new]), new

    def somebody(self, practice: DemoPractice, fits: Callable[[DemoPerson], bool] = lambda _: True) -> DemoPerson:
        """Somebody on a practice's list to whom nothing else happens today."""
        people = self.held[practice.ods_code]
        for _ in range(10_000):
            person = self.rng.choice(people)
            if person.record_id not in self._used and fits(person):
                self._used.add(person.record_id)
                return person
        raise LookupError(f"nobody left on the list of {practice.ods_code}")

    def elsewhere(self, label: Label | None = None, *, absent: frozenset[Label] = frozenset()) -> DemoPerson:
        """Somebody whom only the national side knows."""
        for person in self.national:
            wanted = label is None or label in person.labels
            if wanted and not absent & person.labels and person.record_id not in self._used:
                self._used.add(person.record_id)
                return person
        raise LookupError("nobody left whom only the national side knows")

    def moved(self, person: DemoPerson) -> DemoPerson:
        """The same person at a new address."""
        return replace(person, address=new_address(self.rng, self.rng.choice(ELSEWHERE)))


Sent = tuple[DemoPractice, Items]
_ORDINARY = frozenset({Label.NEWBORN, Label.DEAD, Label.ALIKE})


def one_day(day: Day) -> list[Arriving]:
    """About 300 interchanges in the order in which they come, each practice's numbers in order."""
    wanted = [make for make, times in _MIX for _ in range(times)]
    day.rng.shuffle(wanted)
    of_practice: dict[str, list[Items]] = {practice.ods_code: [] for practice in day.practices}
    for make in wanted:
        for practice, items in make(day):
            of_practice[practice.ods_code].append(items)
    minutes = sorted(day.rng.randrange(0, 600) for _ in range(INTERCHANGES * 2))
    clock = iter(minutes)
    arriving: list[Arriving] = []
    queues = {code: iter(items) for code, items in of_practice.items()}
    order = [practice for practice in day.practices for _ in of_practice[practice.ods_code]]
    day.rng.shuffle(order)
    for practice in order:
        bundle = list(islice(queues[practice.ods_code], day.rng.choice((*[1] * 18, 2, 3))))
        if bundle:
            at = day.opens_at + timedelta(minutes=next(clock))
            arriving += _with_faults(day, practice, bundle, at)
    return arriving


def _with_faults(day: Day, practice: DemoPractice, bundle: list[Items], at: datetime) -> Iterator[Arriving]:
    """An interchange as it is, or with one of the faults of transport; sometimes it comes twice."""
    link = day.links.setdefault(practice.ods_code, Link())
    chance = day.rng.random()
    if chance < 0.01:
        link.interchange += 1  # the one before was lost on the way
    content = _write(practice, link, bundle, at)
    if chance < 0.01:
        yield Arriving(at, content, "an interchange before it is missing")
    elif chance < 0.02:
        yield Arriving(at, content.replace(b"\n", b"\r\n"), "lines end in CRLF")
    elif chance < 0.03:
        yield Arriving(at, content.replace(b"UNT+", b"UNT+9"), "segment counts are wrong")
    elif chance < 0.04:
        yield Arriving(at, content)
        yield Arriving(at + timedelta(minutes=1), content, "the same again")
    elif chance < 0.045:
        yield Arriving(at, content)
        other = content.replace(b"RFF+TN:", b"RFF+TN:7")
        yield Arriving(at + timedelta(minutes=2), other, "the same numbers with other content")
    elif chance < 0.05:
        yield Arriving(at, content.replace(b"RFF+TN:", b"RFF+TX:", 1), "a transaction without its number")
    elif chance < 0.055:
        yield Arriving(at, content)
        yield Arriving(at, b"%PDF-1.4 not an interchange", "a file that is no interchange")
    else:
        yield Arriving(at, content)


def _write(practice: DemoPractice, link: Link, bundle: list[Items], at: datetime) -> bytes:
    link.interchange += 1
    messages: list[MessageToWrite] = []
    for items in bundle:
        link.message += 1
        link.transaction += 1
        messages.append(MessageToWrite(link.message, at, (NumberedItems(link.transaction, items),)))
    own = Envelope(practice.partner_code, link_code(practice.cipher), link.interchange, at, "FHSREG")
    return write_interchange(own, messages).encode()


def _transfer(day: Day) -> Iterator[Sent]:
    """From one practice of the office to another, mostly with a move."""
    old, new = day.pair()
    person = day.somebody(old)
    mover = day.moved(person) if day.rng.random() < 0.7 else person
    yield new, wire.acceptance(new, mover, _lately(day))


def _from_elsewhere(day: Day) -> Iterator[Sent]:
    """A transfer in under a number that only the national side holds."""
    new = day.practice()
    yield new, wire.acceptance(new, day.moved(day.elsewhere(absent=_ORDINARY)), _lately(day))


def _birth(day: Day) -> Iterator[Sent]:
    new = day.practice()
    baby = day.moved(day.elsewhere(Label.NEWBORN))
    yield new, wire.acceptance(new, baby, day.today, "1")


def _immigrant(day: Day) -> Iterator[Sent]:
    """Never in the country before: no number, so the national side is asked for one."""
    new = day.practice()
    model = day.moved(day.elsewhere(absent=_ORDINARY))
    surname = day.rng.choice(("Varga", "Oyelaran", "Castellanos", "Thapa", "Morar", "Haddad", "Lindqvist"))
    stranger = replace(
        model,
        name=replace(model.name, surname=f"{surname}-{model.name.surname[:3]}"),
        nhs_number=None,
        date_of_birth=model.date_of_birth - timedelta(days=day.rng.randrange(400, 4000)),
        place_of_birth="Elsewhere",
    )
    yield new, wire.acceptance(new, stranger, day.today, "4", date_of_uk_entry=day.today - timedelta(days=20))


def _unknown_to_all(day: Day) -> Iterator[Sent]:
    """A valid number that nobody holds, here or nationally."""
    new = day.practice()
    person = day.moved(day.elsewhere(absent=_ORDINARY))
    yield new, wire.acceptance(new, replace(person, name=Name("Nemoson", "Orla")), day.today)


def _already_there(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    yield practice, wire.acceptance(practice, day.somebody(practice), day.today)


def _late(day: Day) -> Iterator[Sent]:
    """Accepted before the person's present registration began, and only now sent."""
    holder, late = day.pair()
    person = day.somebody(holder, lambda each: each.registered_on is not None)
    accepted_on = (person.registered_on or day.today) - timedelta(days=day.rng.randrange(1, 90))
    born = person.date_of_birth
    yield late, wire.acceptance(late, person, max(accepted_on, born))


def _other_nation(day: Day) -> Iterator[Sent]:
    """From Scotland or Northern Ireland, with that nation's number."""
    new = day.practice()
    person = day.moved(day.elsewhere(absent=_ORDINARY))
    stem = f"{person.date_of_birth:%d%m%y}{day.rng.randrange(100, 999)}" if day.rng.random() < 0.6 else "320417301"
    number = f"{stem}{check_digit(stem) or 0}"
    yield new, wire.acceptance(new, person, day.today, number=number, previous_ha_cipher=None)


def _with_text(day: Day) -> Iterator[Sent]:
    old, new = day.pair()
    text = day.rng.choice(("OOAR", "PLEASE CHECK ADDRESS", "MOTHER ALREADY WITH US", "BACK FROM ARMY"))
    yield new, wire.acceptance(new, day.moved(day.somebody(old)), day.today, free_text=text)


def _without_number(day: Day) -> Iterator[Sent]:
    """Without the number, and with a slip: somebody may be meant, but who?"""
    old, new = day.pair()
    person = day.somebody(old)
    slip = person.name.surname[:-2] + person.name.surname[-1:] if len(person.name.surname) > 4 else "Smythe"
    described = day.moved(replace(person, name=replace(person.name, surname=slip), nhs_number=None))
    yield new, wire.acceptance(new, described, day.today)


def _somebody_elses_number(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    owner, other = day.somebody(practice), day.somebody(day.practice())
    yield practice, wire.acceptance(practice, replace(other, nhs_number=owner.nhs_number), day.today)


def _superseded(day: Day) -> Iterator[Sent]:
    old, new = day.pair()
    try:
        person = day.somebody(old, lambda each: bool(each.superseded_numbers))
    except LookupError:
        return
    yield new, wire.acceptance(new, replace(person, nhs_number=person.superseded_numbers[0]), day.today)


def _defective(**items: Any) -> Callable[[Day], Iterator[Sent]]:
    """A transfer with an item missing or impossible, which is rejected with a code."""

    def make(day: Day) -> Iterator[Sent]:
        old, new = day.pair()
        yield new, wire.acceptance(new, day.somebody(old), day.today, **items)

    return make


def _rejected_and_mended(day: Day) -> Iterator[Sent]:
    """Rejected for want of the previous GP, and sent again with code R."""
    old, new = day.pair()
    person = day.somebody(old)
    yield new, wire.acceptance(new, person, day.today, previous_gp_name=None)
    yield new, wire.acceptance(new, person, day.today, acceptance_code="R")


def _address_change(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    person = day.moved(day.somebody(practice))
    lines = wire.lines_of(person.address)
    yield practice, wire.amendment(practice, person, address=lines, postcode=person.address.postcode)


def _marriage(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    person = day.somebody(practice, lambda each: each.sex is Sex.FEMALE and _age(each, day) in range(20, 60))
    surname = day.somebody(practice).name.surname
    former = person.name.surname.upper()
    yield practice, wire.amendment(practice, person, surname=surname.upper(), previous_surname=former)


def _erasure(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    yield practice, wire.amendment(practice, day.somebody(practice), title=ERASE)


def _two_at_once(day: Day) -> Iterator[Sent]:
    """Surname and birth date at once: two people may be confused."""
    practice = day.practice()
    person = day.somebody(practice)
    born = person.date_of_birth - timedelta(days=31)
    yield practice, wire.amendment(practice, person, surname="OTHERWISE", date_of_birth=born)


def _former_practice_amends(day: Day) -> Iterator[Sent]:
    holder, former = day.pair()
    person = day.somebody(holder)
    yield former, wire.amendment(former, person, title="DR")


def _left_area(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    yield practice, wire.deduction(practice, day.somebody(practice), "13", day.today)


def _left_and_arrived(day: Day) -> Iterator[Sent]:
    """The practice gives somebody up, and on the same day another takes them on."""
    old, new = day.pair()
    person = day.somebody(old)
    yield old, wire.deduction(old, person, "13", day.today)
    yield new, wire.acceptance(new, day.moved(person), day.today)


def _emigrated(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    on = day.today + timedelta(days=day.rng.choice((-10, -3, 14)))
    yield practice, wire.deduction(practice, day.somebody(practice), "5", on)


def _died(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    person = day.somebody(practice, lambda each: _age(each, day) > 60 and each.registered_on != day.today)
    yield practice, wire.deduction(practice, person, "1", day.today - timedelta(days=2))


def _died_elsewhere(day: Day) -> Iterator[Sent]:
    holder, former = day.pair()
    yield former, wire.deduction(former, day.somebody(holder), "1", day.today - timedelta(days=5))


def _out_of_area(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    yield practice, wire.removal(practice, day.somebody(practice))


def _lately(day: Day) -> date:
    """Acceptances come the same day, within a week, and sometimes much later."""
    chance = day.rng.random()
    days = 0 if chance < 0.6 else day.rng.randrange(1, 8) if chance < 0.98 else day.rng.randrange(31, 90)
    return day.today - timedelta(days=days)


def _age(person: DemoPerson, day: Day) -> int:
    return (day.today - person.date_of_birth).days // 365


_MIX: tuple[tuple[Callable[[Day], Iterator[Sent]], int], ...] = (
    (_transfer, 70),
    (_from_elsewhere, 62),
    (_birth, 10),
    (_immigrant, 16),
    (_unknown_to_all, 3),
    (_already_there, 8),
    (_late, 7),
    (_other_nation, 6),
    (_with_text, 12),
    (_without_number, 12),
    (_somebody_elses_number, 3),
    (_superseded, 3),
    (_defective(place_of_birth=None, number=None), 2),
    (_defective(previous_address=None), 2),
    (_defective(number="9990000019"), 2),
    (_defective(surname=None), 1),
    (_defective(address=("", "", "", "NETHERMOOR", "")), 1),
    (_defective(acceptance_type="5"), 1),
    (_defective(ha_cipher="QQ"), 2),
    (_defective(date_of_birth=date(2099, 1, 1)), 1),
    (_rejected_and_mended, 4),
    (_address_change, 48),
    (_marriage, 10),
    (_erasure, 4),
    (_two_at_once, 3),
    (_former_practice_amends, 3),
    (_left_area, 16),
    (_left_and_arrived, 5),
    (_emigrated, 6),
    (_died, 9),
    (_died_elsewhere, 2),
    (_out_of_area, 4),
)
"""What a day holds, and how often. At least a third of the transfers come from elsewhere."""
