"""Numbers that were superseded: each comes to resolve to the person who survives it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text

from registry.audit.record import record
from registry.database import Writes
from registry.transactions.take_on.circumstances import Circumstances, Refused, Supersession, TakeOnReport
from registry.transactions.take_on.copy_rows import copy, encode
from registry.transactions.take_on.keys import COLUMNS as KEY_COLUMNS
from registry.transactions.take_on.keys import superseded_key_row
from registry.transactions.take_on.rows import timestamp
from registry.transactions.take_on.unusable import NOT_IN_USE, unusable_numbers

_AT_ONCE = 5_000

_HOLDERS = text(
    """
    select nhs_number, id, true from patients where nhs_number = any(:numbers)
    union all select nhs_number, patient_id, false from patient_numbers where nhs_number = any(:numbers)
    """
).bindparams(bindparam("numbers", type_=ARRAY(Text)))


@dataclass(frozen=True, slots=True)
class Resolved:
    """A superseded number, and the number at the end of its chain."""

    told: Supersession
    survivor: str


def resolve(told: Iterable[Supersession]) -> tuple[list[Resolved], list[Refused]]:
    """Follow every chain to its end. Numbers that replace each other in a ring are refused,
    and so is a second survivor of one number. The same told twice counts once."""
    first: dict[str, Supersession] = {}
    refused: list[Refused] = []
    for each in told:
        earlier = first.setdefault(each.nhs_number.value, each)
        if earlier.survivor != each.survivor:
            refused.append(Refused(each.line, each.field, f"names another survivor than line {earlier.line}"))
    ends: dict[str, str | None] = {}
    resolved: list[Resolved] = []
    for number, each in first.items():
        end = _end_of_chain(number, first, ends)
        if end is None:
            refused.append(Refused(each.line, each.field, "leads into a ring of numbers that replace each other"))
        else:
            resolved.append(Resolved(each, end))
    return resolved, refused


def _end_of_chain(number: str, first: dict[str, Supersession], ends: dict[str, str | None]) -> str | None:
    """The last number of a chain, None for a ring. `ends` remembers what was found before."""
    passed: dict[str, None] = {}
    end: str | None = number
    while end is not None and end in first and end not in ends:
        if end in passed:
            end = None
            break
        passed[end] = None
        end = first[end].survivor.value
    if end is not None:
        end = ends.get(end, end)
    ends.update(dict.fromkeys(passed, end))
    return end


async def supersede(
    connection: AsyncConnection,
    circumstances: Circumstances,
    told: Iterable[Supersession],
    report: TakeOnReport,
    on_refused: Callable[[Refused], None],
) -> None:
    """Let superseded numbers find their survivors, who must be in the register by now."""
    resolved, refused = resolve(told)
    remaining = iter(resolved)
    while batch := list(islice(remaining, _AT_ONCE)):
        refused += await _supersede_batch(connection, circumstances, batch, report)
    for each in sorted(refused, key=lambda refusal: refusal.line):
        report.refused += 1
        on_refused(each)


async def _supersede_batch(
    connection: AsyncConnection, circumstances: Circumstances, batch: list[Resolved], report: TakeOnReport
) -> list[Refused]:
    numbers = {number for each in batch for number in (each.told.nhs_number.value, each.survivor)}
    present: dict[str, UUID] = {}
    former: dict[str, UUID] = {}
    for number, patient_id, is_present in await connection.execute(_HOLDERS, {"numbers": list(numbers)}):
        (present if is_present else former)[number] = patient_id
    told_numbers = [each.told.nhs_number.value for each in batch]
    invalidated = await unusable_numbers(connection, [each for each in told_numbers if each not in former])
    refused: list[Refused] = []
    new: dict[str, UUID] = {}
    for each in batch:
        number, told = each.told.nhs_number.value, each.told
        survivor = present.get(each.survivor) or former.get(each.survivor)
        reason = _reason_against(number, survivor, present, former)
        reason = NOT_IN_USE if number in invalidated else reason
        if reason is not None:
            refused.append(Refused(told.line, told.field, reason))
        elif survivor is not None and number not in former:
            new[number] = survivor
    report.superseded += len(new)
    await _write(connection, circumstances, new)
    return refused


def _reason_against(
    number: str, survivor: UUID | None, present: dict[str, UUID], former: dict[str, UUID]
) -> str | None:
    if survivor is None:
        return "leads to a number that the register does not hold"
    if number in present:
        return "replaces a number that somebody in the register has; whether the two are one is for a person to decide"
    if former.get(number, survivor) != survivor:
        return "names another survivor than the register has for this number"
    return None


async def _write(connection: AsyncConnection, circumstances: Circumstances, new: dict[str, UUID]) -> None:
    if not new:
        return
    since = timestamp(circumstances.now)
    numbers = encode([(number, str(patient_id), since) for number, patient_id in new.items()])
    await copy(connection, "patient_numbers", ("nhs_number", "patient_id", "since"), numbers)
    keys = encode([superseded_key_row(patient_id, number) for number, patient_id in new.items()])
    await copy(connection, "match_keys", KEY_COLUMNS, keys)
    writes = Writes()
    record(writes, circumstances.actor, "patient.number-superseded", circumstances.now, patient_ids=new.values())
    await writes.flush(connection)
