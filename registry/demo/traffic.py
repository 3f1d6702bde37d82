"""One working day of traffic: what eight practices send, with the faults that a real day has.

Everything here is bytes as they would come over the link. What becomes of them is decided by
the register, through the same door as anybody's.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from registry.demo.day import Day, Link
from registry.demo.happenings import MIX
from registry.demo.practices import DemoPractice
from registry.links.edifact.envelope import Envelope
from registry.links.edifact.writer import MessageToWrite, NumberedItems, write_interchange
from registry.links.items import Items
from registry.values.organisation import link_code

INTERCHANGES = 300
"""About so many in a day of an office of this size."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """An interchange as it comes, and what is wrong with it, for whoever writes about the day."""

    at: datetime
    content: bytes
    fault: str | None = None


def one_day(day: Day) -> list[Arriving]:
    """About 300 interchanges in the order in which they come, each practice's numbers in order."""
    wanted = [make for make, times in MIX for _ in range(times)]
    day.rng.shuffle(wanted)
    of_practice: dict[str, list[Items]] = {practice.ods_code: [] for practice in day.practices}
    for make in wanted:
        # In a small office nobody may be left for it: then it does not happen.
        with suppress(LookupError):
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
