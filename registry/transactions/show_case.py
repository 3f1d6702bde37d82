"""A case of the queue with everything that a person needs to decide it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.anomalies.store import read_case
from registry.transactions.rules.reasons import RULED_BY_CODE

_TRANSACTION = text(
    "select id, operation_id, kind, state, outcome, sentence, warnings, command, received_at, transaction_number"
    " from transactions where id = :id"
).bindparams(bindparam("id", type_=Uuid))

_PEOPLE = text(
    """
    select p.id, p.version, p.nhs_number, p.status, p.title, p.surname, p.first_forename, p.second_forename,
           p.other_forenames, p.previous_surname, p.sex, p.date_of_birth, p.date_of_death, p.place_of_birth,
           p.line_1, p.line_2, p.line_3, p.line_4, p.line_5, p.postcode, p.restricted,
           r.ods_code as on_list_of, m.accepted_on
    from patients p left join list_memberships m on m.patient_id = p.id and upper_inf(m.period)
    left join practices r on r.id = m.list_id
    where p.id = any(:ids)
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))

_WHEREABOUTS = ("line_1", "line_2", "line_3", "line_4", "line_5", "postcode", "on_list_of")
"""What of a restricted person is not shown with others."""


async def show_case(
    connection: AsyncConnection, scope: Mapping[str, Any], case_id: UUID
) -> tuple[dict[str, Any], list[UUID]] | None:
    """The case, what was asked, and the people it may concern, best first; with the ids of who is shown.

    None where there is no such case within the scope. A restricted person's whereabouts are
    left out.
    """
    case = await read_case(connection, scope, case_id)
    if case is None:
        return None
    if case["transaction_id"] is not None:
        row = (await connection.execute(_TRANSACTION, {"id": case["transaction_id"]})).mappings().one()
        case["transaction"] = dict(row)
    candidates = case["evidence"].get("candidates", [])
    ids = list({*case["patient_ids"], *(UUID(each["patient_id"]) for each in candidates)})
    people = {row["id"]: _shown(row) for row in (await connection.execute(_PEOPLE, {"ids": ids})).mappings()}
    case["candidates"] = [{**each, "person": people.get(UUID(each["patient_id"]))} for each in candidates] or [
        {"patient_id": str(key), "person": person} for key, person in people.items()
    ]
    if any(person["restricted"] for person in people.values()):
        _hide_whereabouts(case)
    case["reject_codes"] = {str(code): refusal.value.words for code, refusal in sorted(RULED_BY_CODE.items())}
    return case, ids


def _hide_whereabouts(case: dict[str, Any]) -> None:
    """The form and the practice that sent it say where a restricted person is now."""
    case["practice"] = None
    if "transaction" in case:
        command = dict(case["transaction"]["command"])
        if "demographics" in command:
            told = {key: value for key, value in command["demographics"].items() if "address" not in key}
            command["demographics"] = told
        if "changes" in command:
            hidden = ("address", "postcode")
            command["changes"] = {key: value for key, value in command["changes"].items() if key not in hidden}
        command.pop("origin", None)
        case["transaction"] = {**case["transaction"], "command": command}


def _shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    person = dict(row)
    if person["restricted"]:
        person |= dict.fromkeys(_WHEREABOUTS)
    return person
