"""Who moves where: people of the loaded register, each transferred once, as practices would write of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from benchmarks.stage import Stage
from registry.demo.places import ELSEWHERE, new_address
from registry.demo.practices import DemoPractice, demonstration_practices
from registry.links.edifact.envelope import Envelope
from registry.links.edifact.writer import MessageToWrite, NumberedItems, write_interchange
from registry.links.items import Items, TransactionType
from registry.values.address import Address
from registry.values.organisation import link_code
from registry.values.person import Sex

MOVES_HOUSE = 0.5
"""The share of transfers with a new address; that changes the person, and writes more rows."""

_PEOPLE = """
    select p.nhs_number, p.surname, p.first_forename, p.second_forename, p.title, p.sex, p.date_of_birth, p.postcode,
      array[p.line_1, p.line_2, p.line_3, p.line_4, p.line_5] as lines, r.ods_code
    from patients p join list_memberships m on m.patient_id = p.id and upper_inf(m.period)
    join practices r on r.id = m.list_id
    where p.status = 'live' and p.nhs_number is not null and p.date_of_birth is not null
      and length(p.first_forename) > 1 and p.surname <> '' and p.line_4 <> ''
    order by hashtext(p.nhs_number) limit {limit}
"""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One acceptance: the practice that takes somebody on, and what it writes."""

    practice: DemoPractice
    items: Items


async def transfers(stage: Stage, count: int, today: date) -> list[Transfer]:
    """At most `count` transfers of different people, always the same ones; fewer where the register is small."""
    rng = Random("transfers")
    open_ones = [practice for practice in demonstration_practices() if practice.is_open]
    rows = await stage.run(_PEOPLE.format(limit=count), stage.template)
    chosen: list[Transfer] = []
    for row in rows:
        practice = rng.choice([each for each in open_ones if each.ods_code != row["ods_code"]])
        moves = rng.random() < MOVES_HOUSE
        address = new_address(rng, rng.choice(ELSEWHERE)) if moves else Address.of(row["lines"], row["postcode"])
        former = tuple(line.upper() for line in row["lines"] if line)
        items = Items(
            type=TransactionType.G1,
            gp_trading_partner_code=practice.partner_code,
            ha_cipher=practice.cipher,
            gp_code=str(practice.gp_codes[0]),
            number=row["nhs_number"],
            surname=row["surname"].upper(),
            first_forename=row["first_forename"].upper(),
            second_forename=row["second_forename"].upper() or None,
            title=row["title"].upper() or None,
            sex=Sex(row["sex"]),
            date_of_birth=row["date_of_birth"],
            address=tuple(line.upper() for line in address.lines),
            postcode=address.postcode,
            previous_address=former,
            previous_gp_name="DR BEFORE",
            acceptance_code="A",
            acceptance_type="3",
            acceptance_date=today,
        )
        chosen.append(Transfer(practice, items))
    return chosen


def interchanges(transfers: Sequence[Transfer], size: int, at: datetime) -> Iterator[bytes]:
    """The transfers as interchanges of `size` messages each, numbered without gaps; a rest is left out."""
    of_practice: dict[str, list[Transfer]] = {}
    numbers: dict[str, int] = {}
    for transfer in transfers:
        waiting = of_practice.setdefault(transfer.practice.ods_code, [])
        waiting.append(transfer)
        if len(waiting) == size:
            number = numbers[transfer.practice.ods_code] = numbers.get(transfer.practice.ods_code, 0) + 1
            yield _interchange(waiting, number, at)
            waiting.clear()


def _interchange(bundle: Sequence[Transfer], number: int, at: datetime) -> bytes:
    practice = bundle[0].practice
    first = (number - 1) * len(bundle) + 1
    messages = [
        MessageToWrite(reference, at, (NumberedItems(reference, transfer.items),))
        for reference, transfer in enumerate(bundle, start=first)
    ]
    envelope = Envelope(practice.partner_code, link_code(practice.cipher), number, at, "FHSREG")
    return write_interchange(envelope, messages).encode()
