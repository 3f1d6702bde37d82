"""What happens to people on a working day, and how their practices tell it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from registry.demo import wire
from registry.demo.day import Day
from registry.demo.person import DemoPerson, Label
from registry.demo.practices import DemoPractice
from registry.links.items import ERASE, Items
from registry.values.nhs_number import check_digit
from registry.values.person import Name, Sex

Sent = tuple[DemoPractice, Items]
_ORDINARY = frozenset({Label.NEWBORN, Label.DEAD, Label.ALIKE})


def _transfer(day: Day) -> Iterator[Sent]:
    """From one practice of the office to another, mostly with a move."""
    old, new = day.pair()
    person = day.mover(old)
    mover = day.moved(person, new) if day.rng.random() < 0.7 else person
    yield new, wire.acceptance(new, mover, _lately(day))


def _from_elsewhere(day: Day) -> Iterator[Sent]:
    """A transfer in under a number that only the national side holds."""
    new = day.practice()
    yield new, wire.acceptance(new, day.moved(day.elsewhere(absent=_ORDINARY), new), _lately(day))


def _birth(day: Day) -> Iterator[Sent]:
    new = day.practice()
    baby = day.moved(day.elsewhere(Label.NEWBORN), new)
    yield new, wire.acceptance(new, baby, day.today, "1")


def _immigrant(day: Day) -> Iterator[Sent]:
    """Never in the country before: no number, so the national side is asked for one."""
    new = day.practice()
    model = day.moved(day.elsewhere(absent=_ORDINARY), new)
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
    person = day.moved(day.elsewhere(absent=_ORDINARY), new)
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
    person = day.moved(day.elsewhere(absent=_ORDINARY), new)
    stem = f"{person.date_of_birth:%d%m%y}{day.rng.randrange(100, 999)}" if day.rng.random() < 0.6 else "320417301"
    number = f"{stem}{check_digit(stem) or 0}"
    yield new, wire.acceptance(new, person, day.today, number=number, previous_ha_cipher=None)


def _with_text(day: Day) -> Iterator[Sent]:
    old, new = day.pair()
    text = day.rng.choice(("OOAR", "PLEASE CHECK ADDRESS", "MOTHER ALREADY WITH US", "BACK FROM ARMY"))
    yield new, wire.acceptance(new, day.moved(day.mover(old), new), day.today, free_text=text)


def _without_number(day: Day) -> Iterator[Sent]:
    """Without the number, and with a slip: somebody may be meant, but who?"""
    old, new = day.pair()
    person = day.mover(old)
    slip = person.name.surname[:-2] + person.name.surname[-1:] if len(person.name.surname) > 4 else "Smythe"
    described = day.moved(replace(person, name=replace(person.name, surname=slip), nhs_number=None), new)
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
    person = day.moved(day.mover(practice), practice)
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
    yield practice, wire.deduction(practice, day.mover(practice), "13", day.today)


def _left_and_arrived(day: Day) -> Iterator[Sent]:
    """The practice gives somebody up, and on the same day another takes them on."""
    old, new = day.pair()
    person = day.mover(old)
    yield old, wire.deduction(old, person, "13", day.today)
    yield new, wire.acceptance(new, day.moved(person, new), day.today)


def _emigrated(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    on = day.today + timedelta(days=day.rng.choice((-10, -3, 14)))
    yield practice, wire.deduction(practice, day.mover(practice), "5", on)


def _died(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    person = day.somebody(practice, lambda each: _age(each, day) > 60 and each.registered_on != day.today)
    yield practice, wire.deduction(practice, person, "1", day.today - timedelta(days=2))


def _died_elsewhere(day: Day) -> Iterator[Sent]:
    holder, former = day.pair()
    yield former, wire.deduction(former, day.somebody(holder), "1", day.today - timedelta(days=5))


def _out_of_area(day: Day) -> Iterator[Sent]:
    practice = day.practice()
    yield practice, wire.removal(practice, day.mover(practice))


def _lately(day: Day) -> date:
    """Acceptances come the same day, within a week, and sometimes much later."""
    chance = day.rng.random()
    days = 0 if chance < 0.6 else day.rng.randrange(1, 8) if chance < 0.98 else day.rng.randrange(31, 90)
    return day.today - timedelta(days=days)


def _age(person: DemoPerson, day: Day) -> int:
    return (day.today - person.date_of_birth).days // 365


MIX: tuple[tuple[Callable[[Day], Iterator[Sent]], int], ...] = (
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
