"""What a merge would do, without doing it: what moves, what conflicts, what is sent and printed, which number stays."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Uuid

from registry.matching.judgements.read import last_judgement
from registry.matching.population import population
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.judging.show_pair import judgement_shown
from registry.transactions.look.hidden import any_hidden
from registry.transactions.matters.entrusted import ENTRUSTED_KINDS
from registry.transactions.merges.choose import WHY, retained_number
from registry.transactions.merges.compare_records import agreement
from registry.transactions.merges.destinies import Destiny, destinies, keeps_pending
from registry.transactions.merges.places import counted_from, letters_of, messages_of
from registry.transactions.merges.plan import Plan
from registry.transactions.merges.take_over import takes_over

_CODES = text("select id, ods_code from practices where id = any(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_APART = frozenset({*ENTRUSTED_KINDS, "special-allocation", "violence-notice", "scheme-appeal"})
"""Kinds of matter of which only those hear who work on them."""


async def show(connection: AsyncConnection, context: Context, plan: Plan) -> dict[str, Any]:
    """The plan for whoever decides. Where either is hidden, neither's address nor practice is shown."""
    survivor, loser = plan.choice.survivor, plan.choice.loser
    hidden = await any_hidden(connection, survivor.id, loser.id)
    codes = {} if hidden else await _codes(connection, survivor, loser)
    judged = await last_judgement(connection, survivor.id, loser.id)
    months: int = context.policies.on("back_debit_months", context.today)
    counted = counted_from(context.today, months)
    changes = takes_over(survivor, loser, with_place=plan.places.transfers)
    return {
        "fingerprint": plan.fingerprint,
        "survivor": _person(survivor, codes, hidden),
        "superseded": _person(loser, codes, hidden),
        "why": WHY[plan.choice.why],
        "retained_number": retained_number(survivor, loser),
        "agreement": agreement(survivor, loser, await population(connection)),
        "conflicts": [{"item": each.item, "sentence": each.sentence, "blocks": each.blocks} for each in plan.conflicts],
        "judged": judged and judgement_shown(judged, hidden=hidden),
        "moves": {
            "numbers": len(loser.superseded_numbers) + (loser.nhs_number is not None),
            "former_merges": len(loser.absorbed),
            "place_on_list": plan.places.transfers,
            "taken_over": sorted(each for each in changes if each != "apart"),
            "open_work": _work(plan),
        },
        "counts": None
        if loser.membership is None
        else {"on": counted.on, "first_in_quarter": counted.quarter_ends_on, "back_debit": counted.back_debit},
        "sent": [{"kind": kind, "practice": codes.get(to)} for kind, to in messages_of(plan.places)],
        "printed": [{"letter": letter.code, "practice": codes.get(to)} for letter, to in letters_of(plan.places)],
    }


def _person(person: PersonFacts, codes: dict[UUID, str], hidden: bool) -> dict[str, Any]:
    now, row = person.membership, person.row
    return {
        "id": person.id,
        "version": person.version,
        "nhs_number": person.nhs_number,
        "status": person.status,
        "name": {part: row[part] for part in ("surname", "first_forename", "second_forename", "other_forenames")},
        "previous_surname": person.previous_surname,
        "sex": person.sex.value,
        "date_of_birth": person.date_of_birth,
        "date_of_death": person.date_of_death,
        "address": None if hidden else {"lines": list(person.address.lines), "postcode": person.address.postcode},
        "practice": None if hidden or now is None else codes.get(now.practice_id),
        "on_a_list": now is not None,
        "accepted_on": None if now is None else now.accepted_on,
        "restricted": person.restricted,
    }


def _work(plan: Plan) -> list[dict[str, Any]]:
    """The loser's open work that anybody may hear of, and what becomes of it."""
    kept = keeps_pending(plan.places)
    found = [_matter(each) for each in destinies(plan.places, plan.rows) if each.matter.kind not in _APART]
    found += [
        {"what": "pending-removal", "id": each.id, "becomes": "goes on" if each is kept else "ends"}
        for each in plan.places.loser.pending
    ]
    old = str(plan.places.loser.id)
    cases = [row for row in plan.rows["anomalies"].values() if old in row["patient_ids"]]
    found += [{"what": row["kind"], "id": row["id"], "becomes": "goes on"} for row in cases]
    return found


def _matter(destiny: Destiny) -> dict[str, Any]:
    becomes = {"re-point": "goes on", "close": "ends", "blocks": "stands in the way"}[destiny.fate]
    return {"what": destiny.matter.kind, "id": destiny.matter.id, "becomes": becomes}


async def _codes(connection: AsyncConnection, *people: PersonFacts) -> dict[UUID, str]:
    ids = [each.membership.practice_id for each in people if each.membership is not None]
    return {row.id: row.ods_code for row in (await connection.execute(_CODES, {"ids": ids})).all()}
