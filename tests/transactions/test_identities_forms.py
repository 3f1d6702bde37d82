"""Forms that name no record are found by birth date and name when an identity is sealed; and what else is sealed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.audit.record import record_read
from registry.database import Writes, unit_of_work
from registry.links.facade.inbox import read_inbox
from registry.paper.acts import PAPER
from registry.security.callers import Caller, Role
from registry.transactions.holdings import HOLDINGS
from registry.transactions.identities import clock, seal
from registry.transactions.identities.described import Described
from registry.transactions.identities.statistics import TABLES
from registry.values.actor import Actor, ActorKind
from registry.values.person import Demographics, Name
from registry.vault.schema import ROLE
from registry.vault.sealing import FROZEN
from tests.support.committing_office import CommittingOffice
from tests.support.identities import IRIS, Identities
from tests.support.office import ANNA, Practice

MARY = replace(ANNA, name=Name("O'Marsh-Kent", "Mary Ann"), previous_surname="Zeal")
KNOWN = Described(("1971-08-29",), ("KENT", "O MARSH"), ("MARY",), ("ZZ987QQ",), "NEWMAN", "ASH")


@pytest.mark.parametrize(
    ("surname", "previous", "forename", "postcode", "meant"),
    [
        ("Kent", "", "Mary", "", True),
        ("KENT", "", "M", "", True),
        ("Kent", "", "", "", True),
        ("Else", "kent", "mary", "", True),
        ("Else", "", "Mary", "zz98 7qq", True),
        ("Else", "", "Mary", "", False),
        ("Else", "", "", "ZZ98 7QQ", False),
        ("Kent", "", "Molly", "ZZ98 7QQ", False),
        ("Newman", "Kent", "Ash", "", False),
    ],
)
def test_who_is_meant_by_a_form(surname: str, previous: str, forename: str, postcode: str, meant: bool):
    assert KNOWN.is_meant(surname, previous, forename, postcode) is meant


def test_the_words_about_a_form_name_somebody_by_surname():
    assert KNOWN.is_named("no signature of MRS KENT, sent back") and KNOWN.is_named("for o-marsh")
    assert not KNOWN.is_named("Kentish Town")


async def somebody(office: CommittingOffice) -> tuple[Practice, Practice, UUID, str, str]:
    async with office.at_work() as at_work:
        practice, other = await at_work.practice(), await at_work.practice()
        patient_id, number = await at_work.person(practice, like=MARY)
        return practice, other, patient_id, number, at_work.number()


async def form(office: CommittingOffice, practice: Practice, like: Demographics, **said: object) -> UUID:
    """A form without a number, as a practice sends it."""
    command = replace(office.plan.acceptance(practice, like), **said)
    return (await office.send(command)).transaction_id


async def look(office: CommittingOffice, ids: Sequence[UUID]) -> list[tuple[str, str, bool]]:
    """State, outcome, and whether a form still says who is meant."""
    return [
        (
            await office.one("select state from transactions where id = :id", id=each),
            await office.one("select outcome from transactions where id = :id", id=each),
            await office.one("select command ? 'demographics' from transactions where id = :id", id=each),
        )
        for each in ids
    ]


async def test_forms_without_a_number_are_refused_and_sealed_with_the_rest(committing: CommittingOffice):
    _, other, _, number, new_number = await somebody(committing)
    refused = await form(committing, other, MARY, previous_gp_name=None)
    waiting = await form(committing, other, replace(MARY, previous_surname=None), free_text="READ THIS")
    married = replace(MARY, name=Name("Zeal", "Mary"))
    by_former_name = await form(committing, other, married, previous_gp_name=None)
    twin = await form(committing, other, replace(MARY, name=Name("O'Marsh-Kent", "Rose")), previous_gp_name=None)
    assert [state for state, _, _ in await look(committing, [refused, waiting])] == ["refused", "in-queue"]
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal")
    assert [each[2] for each in await look(committing, [refused, waiting, by_former_name, twin])] == [
        False,
        False,
        False,
        True,
    ]
    assert (await look(committing, [waiting]))[0][:2] == ("refused", "contact-office")
    assert await committing.column("select id from anomalies where state = 'open'") == []
    async with committing.at_work() as at_work:
        answers = [items.get("free_text") for kind, items in await at_work.inbox(other) if kind == "F3"]
    assert "8 PLEASE CONTACT THE OFFICE" in answers


async def test_late_forms_are_looked_for_at_night_and_a_namesake_is_given_the_new_name(committing: CommittingOffice):
    _, other, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal", "leave")
    late = await form(committing, other, MARY, free_text="READ THIS")
    with_number = await committing.send(committing.plan.acceptance(other, MARY, number))
    new = await form(committing, other, replace(MARY, name=Name("Newman", "Ash"), previous_surname=None), free_text="X")
    await identities.practices_take_everything()
    await identities.work(case, "sweep")
    about = await look(committing, [late, with_number.transaction_id, new])
    assert [(state, told) for state, _, told in about] == [("refused", False), ("refused", False), ("in-queue", True)]


async def test_why_a_form_on_paper_was_turned_away_is_sealed_where_it_names_them(committing: CommittingOffice):
    practice, _, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    acts = {act.name: act for act in PAPER.acts}
    batch = await identities.done(
        acts["open-batch"], practice=practice.ods_code, received_on=committing.today, forms=2, scans=[]
    )
    for name, reason in (("F-1", "no signature of Mary KENT"), ("F-2", "no signature")):
        await identities.done(acts["return"], id=batch.id, form=name, reason=reason.replace("KENT", "O'Marsh-Kent"))
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal")
    assert await committing.column("select reason from paper_forms order by reference") == ["", "no signature"]


async def test_every_table_can_be_sealed_by_whoever_has_to(committing: CommittingOffice):
    """Each statement is understood, by the role that will say it, whatever type the table's ids have."""
    known = {"people": [], "numbers": [], "transactions": [], "forms": []}
    kinds: dict[str, str] = {}
    async with unit_of_work(committing.engine) as connection:
        for holding in HOLDINGS:
            if not (holding.sealed or holding.gone):
                continue
            await connection.execute(*seal._prepared(seal._look(holding), known))  # pyright: ignore[reportPrivateUsage]
            kind = await seal.key_type(connection, holding.table) if holding.table in FROZEN else ""
            kinds[holding.table] = kind
            keys = {"keys": ["7" if kind == "bigint" else str(UUID(int=7))] if kind else ["(0,1)"]}
            async with connection.begin_nested() as undone:
                if holding.table in FROZEN:
                    await connection.execute(text(f"set local role {ROLE}"))
                await connection.execute(
                    *seal._prepared(seal._blank(holding, kind), keys)  # pyright: ignore[reportPrivateUsage]
                )
                await undone.rollback()
    assert {table: kinds[table] for table in FROZEN} == {
        "audit_events": "bigint",
        "matter_events": "bigint",
        "assignment_decisions": "uuid",
        "assignment_candidates": "bigint",
    }


async def test_the_planner_forgets_what_was_sealed(committing: CommittingOffice):
    practice, _, _, number, new_number = await somebody(committing)
    await form(committing, practice, MARY, free_text="READ THIS")
    async with unit_of_work(committing.engine) as connection:
        await connection.execute(text("analyze"))
    assert await _said_by_statistics(committing, number)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    await identities.work(case, "seal")
    due = await identities.at(case, "statistics_at")
    assert due > committing.clock.now() and due.hour < 7, "by night"
    await identities.work(case, "leave")
    await identities.practices_take_everything()
    await identities.nights(case)
    assert not await _said_by_statistics(committing, number) - {"match_keys", "patient_numbers"}, "but empty tables"
    assert set(TABLES) > {"patients", "transactions", "match_keys"}


async def _said_by_statistics(office: CommittingOffice, number: str) -> set[str]:
    query = (
        "select distinct tablename from pg_stats where schemaname = 'public' and"
        " (most_common_vals::text ~* :word or histogram_bounds::text ~* :word)"
    )
    return set(await office.column(query, word=f"marsh|{number}"))


async def test_nobody_reads_of_old_and_new_in_one_row_of_the_audit(committing: CommittingOffice):
    practice, _, old, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    new = await identities.make(case)
    async with unit_of_work(committing.engine) as connection:
        writes = Writes()
        record_read(writes, IRIS, "list", committing.clock.now(), [old, new])
        await writes.flush(connection)
    await identities.work(case, "seal", "leave")
    assert await committing.column("select patient_ids from audit_events where action = 'list.read'") == [[new]]
    await committing.send(committing.plan.acceptance(practice, replace(ANNA, name=Name("Newman", "Ash")), new_number))
    caller = Caller(Actor(ActorKind.PRACTICE, "its system", practice.ods_code), role=Role.APP, practice_id=practice.id)

    async def read(connection: AsyncConnection) -> None:
        found = await read_inbox(connection, practice.id, 50, caller, committing.clock)
        assert len(found["entry"]) > 1

    await committing.act(read)
    rows = await committing.column("select patient_ids from audit_events where action = 'inbox.read'")
    assert rows and all(old not in row for row in rows)
    assert any(new in row for row in rows)


async def test_the_letter_about_the_new_record_is_in_no_batch_with_one_about_the_old(committing: CommittingOffice):
    practice, _, _, number, new_number = await somebody(committing)
    await committing.send(committing.plan.removal(practice, number, free_text="GONE AWAY"))
    before = await committing.column("select due_at from letters where state = 'queued'")
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    await identities.make(case)
    [leaves] = await committing.column("select due_at from letters where kind = 'ID-1'")
    assert before and leaves - max(before) >= timedelta(hours=20)


async def test_what_fails_again_and_again_is_put_before_a_person(
    committing: CommittingOffice, monkeypatch: pytest.MonkeyPatch
):
    _, _, _, number, new_number = await somebody(committing)
    identities = Identities(committing)
    case = await identities.adoption(number, new_number)
    real = clock.WORK["make"]

    async def fails(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setitem(clock.WORK, "make", fails)
    for _ in range(3):
        assert (await committing.fall_due())["failed"] == 1
        committing.clock.instant += timedelta(minutes=31)
    [evidence] = await committing.column("select evidence from anomalies where kind = 'work-failing'")
    assert evidence == {"what": "case_falls_due", "item": str(case), "attempts": 3, "error": "RuntimeError"}
    assert await committing.column("select patient_ids from anomalies where kind = 'work-failing'") == [[]]
    monkeypatch.setitem(clock.WORK, "make", real)
    await committing.fall_due()
    assert await committing.column("select state from anomalies where kind = 'work-failing'") == ["decided"]


async def test_a_form_that_names_no_record_hides_where_somebody_restricted_is(committing: CommittingOffice):
    _, other, old, _, _ = await somebody(committing)
    theirs = await form(committing, other, MARY, previous_gp_name=None)
    initial = replace(MARY, name=Name("Else", "M"), previous_surname="o'marsh-kent")
    by_initial = await form(committing, other, initial, free_text="READ THIS")
    twin = await form(committing, other, replace(MARY, name=Name("O'Marsh-Kent", "Rose")), previous_gp_name=None)
    query = "select whereabouts_hidden from shown_transactions where id = :id"
    before = [await committing.one(query, id=each) for each in (theirs, by_initial, twin)]
    async with unit_of_work(committing.engine) as connection:
        await connection.execute(text("update patients set restricted = true where id = :id"), {"id": old})
    assert before == [False, False, False]
    assert [await committing.one(query, id=each) for each in (theirs, by_initial, twin)] == [True, True, False]
    assert await committing.column("select whereabouts_hidden from shown_anomalies") == [True]
