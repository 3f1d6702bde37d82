"""Who is told of a split: the practices that hold somebody, the others, the people, the national side."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from registry.database import Writes
from registry.transactions.confusions.allot import wait_for_number
from registry.transactions.confusions.people import LINES
from registry.transactions.confusions.split import Part, Split
from registry.transactions.gather import gather_person
from registry.transactions.letters.kinds import Letter
from registry.transactions.letters.write import write_letter, write_to_practice
from registry.transactions.messages import Addressee, amend
from registry.transactions.national import tell

_PRACTICES = text("select id from practices where ods_code = any(:codes) order by ods_code").bindparams(
    bindparam("codes", type_=ARRAY(Text))
)
_TOLD = (
    "surname", "first_forename", "second_forename", "other_forenames", "title", "previous_surname", "sex",
    "date_of_birth", "postcode",
)  # fmt: skip


async def tell_all(split: Split) -> None:
    """Messages and letters, when everybody is written and can be read."""
    writes, context, connection = Writes(), split.work.context, split.work.connection
    for part in split.parts.values():
        _amend(writes, split, part)
        person = await gather_person(connection, part.patient_id)
        if part.stay is not None:
            write_letter(
                writes,
                context,
                Letter.CONFUSION_HOLDER,
                person,
                {"number": part.who.ruling},
                practice_id=part.stay.practice_id,
                transaction_id=part.transaction_id,
                matter_id=split.work.matter.id,
            )
        if part.number is not None:
            tell(writes, context, part.transaction_id, part.patient_id)
        if part.who.ruling == "given":
            write_letter(writes, context, Letter.CONFUSION_NUMBER, person, {}, transaction_id=part.transaction_id)
        if part.who.ruling == "to-be-allotted":
            wait_for_number(writes, context, part.patient_id, part.transaction_id, split.work.matter.id)
    for practice_id in await _others(split):
        write_to_practice(
            writes, context, Letter.CONFUSION_ENDED, practice_id, {}, patient_id=split.record.id,
            matter_id=split.work.matter.id,
        )  # fmt: skip
    await writes.flush(connection)


def _amend(writes: Writes, split: Split, part: Part) -> None:
    """F1 to the practice that holds them: what the register says of them now, and their number where it is another.

    It names them by the number under which the practice knows them, the shared one.
    """
    shared, stay = split.record.nhs_number, part.stay
    if shared is None or stay is None:
        return
    items = _changed(split.record.row if part.keeps_record else {}, part.who.row())
    if part.number is not None and part.number != shared:
        items["new_number"] = part.number
    if items:
        to = Addressee(stay.practice_id, stay.gp_code, transaction_id=part.transaction_id, patient_id=part.patient_id)
        amend(writes, split.work.context, to, shared, items)


def _changed(before: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The items that the practice is told, by their names on GP Links; one that is erased is a per cent sign."""
    items = {
        name: row[name] or "%"
        for name in _TOLD
        if row[name] != before.get(name)
        and (row[name] or before.get(name))
        and (row[name] or name not in _NEVER_ERASED)
    }
    lines = [row[line] for line in LINES]
    if any(lines) and lines != [before.get(line) for line in LINES]:
        items["address"] = lines
    return items


_NEVER_ERASED = frozenset({"surname", "first_forename", "sex", "date_of_birth"})


async def _others(split: Split) -> list[UUID]:
    """The practices that the record has had to do with, and that hold none of the people."""
    holders = {part.stay.practice_id for part in split.parts.values() if part.stay is not None}
    codes = sorted({item.practice for item in split.items if item.practice is not None})
    found = (await split.work.connection.execute(_PRACTICES, {"codes": codes})).scalars()
    return [practice_id for practice_id in found if practice_id not in holders]
