"""A case of the queue with everything that a person needs to decide it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.anomalies.store import read_case
from registry.transactions.judging.show_pair import pair_shown
from registry.transactions.rules.reasons import RULED_BY_CODE, Referral
from registry.transactions.sweep.case import POSSIBLE_DUPLICATE

_TRANSACTION = text(
    "select id, operation_id, kind, state, outcome, sentence, warnings, command, received_at, transaction_number"
    " from shown_transactions where id = :id"
).bindparams(bindparam("id", type_=Uuid))

_PEOPLE = text(
    """
    select p.id, p.version, p.nhs_number, p.status, p.title, p.surname, p.first_forename, p.second_forename,
           p.other_forenames, p.previous_surname, p.sex, p.date_of_birth, p.date_of_death, p.place_of_birth,
           p.line_1, p.line_2, p.line_3, p.line_4, p.line_5, p.postcode, p.restricted,
           r.ods_code as on_list_of, m.accepted_on
    from shown_patients p left join shown_memberships m on m.patient_id = p.id and upper_inf(m.period)
    left join practices r on r.id = m.list_id
    where p.id = any(:ids)
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))

_CONFUSION = (
    "If two people may share the number, reject it and open a confusion: registry confusions suspect NHS --case CASE"
)
OFFERS = (
    (Referral.TWO_OF_NAME_SEX_BIRTH.label, _CONFUSION),
    (Referral.PARTICULARS_CONFLICT.label, _CONFUSION),
    (Referral.NUMBER_HELD_BY_ANOTHER.label, _CONFUSION),
    (Referral.NOTICE_OF_ANOTHER.label, _CONFUSION),
)
"""By kind of case: what else the office may do than to decide it."""


async def show_case(
    connection: AsyncConnection, scope: Mapping[str, Any], case_id: UUID
) -> tuple[dict[str, Any], list[UUID]] | None:
    """The case, what was asked, and the people it may concern, best first; with the ids of who is shown.

    None where there is no such case within the scope. What tells where a protected person is, of
    theirs and of the form that may be theirs, is left out by what this reads from.
    """
    case = await read_case(connection, scope, case_id)
    if case is None:
        return None
    if case["transaction_id"] is not None:
        row = (await connection.execute(_TRANSACTION, {"id": case["transaction_id"]})).mappings().one()
        case["transaction"] = dict(row)
    candidates = case["evidence"].get("candidates", [])
    ids = list({*case["patient_ids"], *(UUID(each["patient_id"]) for each in candidates)})
    people = {row["id"]: dict(row) for row in (await connection.execute(_PEOPLE, {"ids": ids})).mappings()}
    case["candidates"] = [{**each, "person": people.get(UUID(each["patient_id"]))} for each in candidates] or [
        {"patient_id": str(key), "person": person} for key, person in people.items()
    ]
    if case["kind"] == POSSIBLE_DUPLICATE:
        case["pair"] = await pair_shown(connection, case["evidence"], case["patient_ids"])
    case["offers"] = [offer for kind, offer in OFFERS if kind == case["kind"]]
    case["reject_codes"] = {str(code): refusal.value.words for code, refusal in sorted(RULED_BY_CODE.items())}
    return case, ids
