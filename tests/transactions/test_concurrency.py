"""What happens at once, with real commits: one person stays one, on one list, and everybody is told once."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from typing import Any

import pytest

from registry.transactions.commands import Changes, RegisterPatient, TraceAnswer
from registry.transactions.outcome import Outcome
from registry.transactions.settle import Decision, Settled, Stale
from registry.values.person import Demographics, Name
from tests.support.committing_office import CommittingOffice
from tests.support.office import ANNA, OTHER_CIPHER, Practice
from tests.support.townspeople import STRANGERS, TOWNSPEOPLE

IMMIGRANT = {"acceptance_type": "4", "entered_uk_on": date(2026, 9, 1)}


async def practices(office: CommittingOffice, number: int) -> list[Practice]:
    async with office.at_work() as at_work:
        return [await at_work.practice(cipher=OTHER_CIPHER if each % 3 else "XD1") for each in range(number)]


async def somebody(office: CommittingOffice, practice: Practice, like: Demographics = ANNA) -> tuple[Any, str]:
    async with office.at_work() as at_work:
        return await at_work.person(practice, like=like)


async def at_once(*acts: Awaitable[Any]) -> list[Any]:
    """All results, after all have ended; the first error is raised then."""
    results = await asyncio.gather(*acts, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


async def send_all(office: CommittingOffice, forms: Sequence[RegisterPatient]) -> list[Outcome]:
    return await at_once(*(office.send(form) for form in forms))


async def answer_all(office: CommittingOffice, answer: Callable[[], TraceAnswer]) -> Counter[str]:
    """Answer every open question at once, and then what those answers ask, until nothing is asked."""
    ends: Counter[str] = Counter()
    while questions := await office.open_questions():
        outcomes = await at_once(*(office.answer(answer(), question) for question in questions))
        ends.update(outcome.outcome for outcome in outcomes if outcome is not None)
    return ends


async def count(office: CommittingOffice, what: str) -> int:
    return await office.one(f"select count(*) from {what}")


async def test_twenty_acceptances_of_one_new_person_by_one_practice(committing: CommittingOffice):
    [practice] = await practices(committing, 1)
    number = committing.plan.number()

    await send_all(committing, [committing.plan.acceptance(practice, number=number) for _ in range(20)])
    ends = await answer_all(committing, lambda: TraceAnswer("single", number))

    assert ends == {"created": 1, "already-there": 19}
    assert await count(committing, "patients") == 1 and await count(committing, "list_movements") == 1
    assert await count(committing, "practice_messages where kind = 'F4'") == 20
    assert await count(committing, "practice_messages") == 20


async def test_twenty_acceptances_of_one_new_person_by_twenty_practices(committing: CommittingOffice):
    senders = await practices(committing, 20)
    number = committing.plan.number()

    await send_all(committing, [committing.plan.acceptance(sender, number=number) for sender in senders])
    ends = await answer_all(committing, lambda: TraceAnswer("single", number))

    assert ends == {"created": 1, "older-acceptance": 19}, "all accepted on one day: the first come has the person"
    assert await count(committing, "patients") == 1 and await count(committing, "list_movements") == 1
    assert await count(committing, "practice_messages") == 1


async def test_a_new_person_with_slips_of_the_pen_is_one_person(committing: CommittingOffice):
    """Half the forms misspell the surname, half the date of birth: each meets the others under some key."""
    senders = await practices(committing, 4)
    number = committing.plan.number()
    slips = [
        ANNA,
        replace(ANNA, name=Name("Harowgate", "Anna", "Maud")),
        replace(ANNA, date_of_birth=date(1984, 5, 11)),
        replace(ANNA, name=Name("Harrowgate", "Ana")),
    ]

    forms = [committing.plan.acceptance(senders[each % 4], slips[each % 4], number) for each in range(20)]
    await send_all(committing, forms)
    ends = await answer_all(committing, lambda: TraceAnswer("single", number))

    assert ends["created"] == 1 and await count(committing, "patients") == 1
    assert await count(committing, "list_memberships") == 1


async def test_answers_come_while_others_still_ask(committing: CommittingOffice):
    senders = await practices(committing, 5)
    number = committing.plan.number()

    async def answer_until_quiet() -> None:
        for _ in range(40):
            await answer_all(committing, lambda: TraceAnswer("single", number))
            await asyncio.sleep(0.005)

    forms = [committing.plan.acceptance(senders[each % 5], number=number) for each in range(20)]
    await at_once(answer_until_quiet(), *(committing.send(form) for form in forms))
    await answer_all(committing, lambda: TraceAnswer("single", number))

    assert await count(committing, "patients") == 1 and await count(committing, "list_memberships") == 1
    assert await count(committing, "transactions where state = 'waiting-for-trace'") == 0


async def test_twenty_immigrants_who_are_one_get_one_number(committing: CommittingOffice):
    senders = await practices(committing, 4)
    forms = [committing.plan.acceptance(senders[each % 4], **IMMIGRANT) for each in range(20)]

    await send_all(committing, forms)
    traces = await committing.open_questions()
    await at_once(*(committing.answer(TraceAnswer("none"), trace) for trace in traces))
    await answer_all(committing, lambda: TraceAnswer("allocated", committing.plan.number()))

    assert await count(committing, "patients") == 1 and await count(committing, "list_movements") == 1
    assert await count(committing, "transactions where outcome = 'created'") == 1
    # What the national side allotted besides is for a person, who tells it so.
    assert await count(committing, "transactions where outcome = 'possible-match'") == 19


@pytest.mark.parametrize("seed", [1, 2])
async def test_fifty_conflicting_transfers_leave_the_right_list(committing: CommittingOffice, seed: int):
    """Every other form quotes her former number and a slip of the birthday: the two kinds share no key,
    and meet only at the person."""
    holder, *senders = await practices(committing, 51)
    anna, number = await somebody(committing, holder)
    former = committing.plan.number()
    async with committing.at_work() as at_work:
        await at_work.connection.exec_driver_sql(
            "insert into patient_numbers (nhs_number, patient_id) values ($1, $2)", (former, anna)
        )
    slip = replace(ANNA, date_of_birth=date(1984, 5, 11))
    chance = random.Random(seed)
    accepted = [committing.today - timedelta(days=chance.randrange(12)) for _ in senders]
    forms = [
        committing.plan.acceptance(sender, like, quoted, accepted_on=on)
        for sender, on, (like, quoted) in zip(senders, accepted, cycle([(ANNA, number), (slip, former)]), strict=False)
    ]

    outcomes = await send_all(committing, forms)

    taken = [
        (on, sender, outcome)
        for on, sender, outcome in zip(accepted, senders, outcomes, strict=True)
        if outcome.state == "accepted"
    ]
    latest = max(accepted)
    [(_, rightful, winner)] = [each for each in taken if each[0] == latest]
    assert await committing.list_of(anna) == rightful.id
    assert await count(committing, "list_memberships where upper_inf(period)") == 1
    last_mover = "select transaction_id from list_movements order by id desc limit 1"
    assert await committing.one(last_mover) == winner.transaction_id
    order = {each: at for at, each in enumerate(await committing.column("select transaction_id from list_movements"))}
    moved = sorted(taken, key=lambda each: order[each[2].transaction_id])
    assert [on for on, _, _ in moved] == sorted({on for on, _, _ in taken}), (
        "each that moved her was later than the last"
    )
    told = "practice_messages where kind = 'F2' and practice_id = "
    assert await count(committing, f"{told}'{rightful.id}'") == 0
    assert await count(committing, f"{told}'{holder.id}'") == 1
    assert await count(committing, "anomalies where kind = 'older-acceptance'") == 50 - len(taken)


async def test_the_first_come_of_fifty_on_one_day_has_the_person(committing: CommittingOffice):
    holder, *senders = await practices(committing, 51)
    anna, number = await somebody(committing, holder)

    outcomes = await send_all(committing, [committing.plan.acceptance(each, number=number) for each in senders])

    [winner] = [sender for sender, each in zip(senders, outcomes, strict=True) if each.state == "accepted"]
    assert await committing.list_of(anna) == winner.id
    assert await count(committing, "practice_messages") == 2, "one F4 and one F2"


async def test_two_clerks_settle_one_case_at_once(committing: CommittingOffice):
    old, new = await practices(committing, 2)
    anna, number = await somebody(committing, old)
    await committing.send(committing.plan.acceptance(new, number=number, free_text="PLEASE CALL"))
    [case] = await committing.cases()

    decisions = [Decision("accept", 1, "it is she", number=number), Decision("reject", 1, "no", code="8")] * 4
    answers = await at_once(*(committing.settle(decision, case) for decision in decisions))

    settled = [each for each in answers if isinstance(each, Settled)]
    assert len(settled) == 1 and all(isinstance(each, Stale) for each in answers if each not in settled)
    assert await count(committing, "practice_messages where kind in ('F3', 'F4')") == 1
    accepted = settled[0].outcome is not None and settled[0].outcome.state == "accepted"
    assert await committing.list_of(anna) == (new.id if accepted else old.id)


async def test_a_clerk_decides_while_the_person_moves(committing: CommittingOffice):
    """The clerk's decision comes first and the move after it, or the facts have moved and nothing is done."""
    old, new, third = await practices(committing, 3)
    seen: Counter[str] = Counter()
    for like in STRANGERS:
        anna, number = await somebody(committing, old, like)
        form = committing.plan.acceptance(new, like, number, free_text="PLEASE CALL")
        asked = await committing.send(replace(form, accepted_on=committing.today - timedelta(days=2)))
        case = await committing.one("select id from anomalies where transaction_id = :id", id=asked.transaction_id)

        decided, moved = await at_once(
            committing.settle(Decision("accept", 1, "it is she", number=number), case),
            committing.send(committing.plan.acceptance(third, like, number)),
        )

        assert moved.outcome == "registered" and await committing.list_of(anna) == third.id
        assert isinstance(decided, Settled | Stale)
        seen[type(decided).__name__] += 1
    assert seen.total() == 8


async def test_an_answer_races_with_the_clock(committing: CommittingOffice):
    practice, *_ = await practices(committing, 1)
    forms = [committing.plan.acceptance(practice, like, committing.plan.number()) for like in STRANGERS]
    await send_all(committing, forms)
    questions = await committing.open_questions()
    committing.clock.instant += timedelta(hours=24)
    answers = [
        committing.answer(
            TraceAnswer(
                "single",
                await committing.one(
                    "select t.command -> 'demographics' ->> 'number' from transactions t"
                    " join national_requests r on r.transaction_id = t.id where r.id = :id",
                    id=question,
                ),
            ),
            question,
        )
        for question in questions
    ]

    first, second, *_ = await at_once(committing.fall_due(), committing.fall_due(), *answers)

    created = await count(committing, "transactions where outcome = 'created'")
    assert created + await count(committing, "transactions where outcome = 'trace-unanswered'") == 8
    assert first["unanswered"] + second["unanswered"] == 8 - created and first["failed"] + second["failed"] == 0
    assert await count(committing, "patients") == created


async def test_an_answer_that_comes_to_several_workers_is_applied_once(committing: CommittingOffice):
    [practice] = await practices(committing, 1)
    number = committing.plan.number()
    await committing.send(committing.plan.acceptance(practice, number=number))
    [question] = await committing.open_questions()

    ends = await at_once(*(committing.answer(TraceAnswer("single", number), question) for _ in range(8)))

    assert sum(end is not None for end in ends) == 1 and await count(committing, "patients") == 1


async def test_an_answer_races_with_a_clerk(committing: CommittingOffice):
    """A late answer finds a case that a clerk is just settling; the clerk's word stands, whole."""
    [practice] = await practices(committing, 1)
    number = committing.plan.number()
    await committing.send(committing.plan.acceptance(practice, number=number))
    [question] = await committing.open_questions()
    committing.clock.instant += timedelta(hours=24)
    await committing.fall_due()
    [case] = await committing.cases()

    settled, *answered = await at_once(
        committing.settle(Decision("create", 1, "seen her passport"), case),
        *(committing.answer(TraceAnswer("single", number), question) for _ in range(4)),
    )

    assert isinstance(settled, Settled) and answered == [None] * 4
    assert await count(committing, "patients") == 0, "the clerk's word waits for the number to be confirmed"
    [again] = await committing.open_questions()
    await at_once(*(committing.answer(TraceAnswer("single", number), again) for _ in range(4)))
    assert await count(committing, "patients") == 1
    assert await count(committing, "practice_messages where kind = 'F4'") == 1


async def test_two_workers_do_what_is_due_once(committing: CommittingOffice):
    practice, other = await practices(committing, 2)
    people = [await somebody(committing, practice, like) for like in TOWNSPEOPLE]
    for _, number in people:
        await committing.send(committing.plan.deduction(practice, number))
    rejected = committing.plan.acceptance(other, number=people[0][1], previous_gp_name=None)
    await committing.send(rejected)
    committing.on(committing.today, hour=18)
    first, second = await at_once(committing.fall_due(), committing.fall_due())
    assert first["letters posted"] + second["letters posted"] == 24 and first["failed"] + second["failed"] == 0
    committing.on(committing.today + timedelta(days=30))

    first, second = await at_once(committing.fall_due(), committing.fall_due())

    assert first["deducted"] + second["deducted"] == 12 and first["failed"] + second["failed"] == 0
    assert first["chased"] + second["chased"] == 1
    assert first["unreceipted"] + second["unreceipted"] == 13, "the answers of that day; today's are not due yet"
    assert await count(committing, "practice_messages where kind = 'F2'") == 12


async def test_a_mixed_storm_ends_and_keeps_every_promise(committing: CommittingOffice):
    """Twelve workers do everything at once to eight people of four practices."""
    offices = await practices(committing, 4)
    held = [(like, await somebody(committing, offices[at % 4], like)) for at, like in enumerate(TOWNSPEOPLE[4:])]
    people = [(like, number) for like, (_, number) in held]
    strangers = [(like, committing.plan.number()) for like in STRANGERS[:2]]
    ends: Counter[str] = Counter()

    async def one_of_many(chance: random.Random) -> None:
        sender = chance.choice(offices)
        like, number = chance.choice([*strangers, *people])
        on = committing.today - timedelta(days=chance.randrange(5))
        plan = committing.plan
        match chance.randrange(8):
            case 0 | 1 | 2:
                text = chance.choice([None, None, "CALL"])
                outcome = await committing.send(plan.acceptance(sender, like, number, accepted_on=on, free_text=text))
                ends[outcome.outcome] += 1
            case 3:
                changes = chance.choice([Changes(title="Dr"), Changes(surname=f"Ash{chance.randrange(3)}")])
                ends[(await committing.send(plan.amendment(sender, number, changes))).outcome] += 1
            case 4:
                reason = chance.choice(["13", "13", "5"])
                ends[(await committing.send(plan.deduction(sender, number, reason))).outcome] += 1
            case 5:
                for question in (await committing.open_questions())[:2]:
                    asked = (
                        "select t.command -> 'demographics' ->> 'number' from transactions t join national_requests r"
                    )
                    found = await committing.one(f"{asked} on r.transaction_id = t.id where r.id = :id", id=question)
                    await committing.answer(TraceAnswer("single", found), question)
            case 6:
                for case in (await committing.cases())[-3:]:
                    version = await committing.one("select version from anomalies where id = :id", id=case)
                    action = Decision("accept", version, "storm", number=number)
                    ends[type(await committing.settle(action, case)).__name__] += 1
            case _:
                committing.clock.instant += timedelta(days=3)
                ends["due"] += (await committing.fall_due()).dealt_with

    async def worker(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(20):
            await one_of_many(chance)

    await at_once(*(worker(seed) for seed in range(12)))

    assert (await committing.fall_due())["failed"] == 0, "what a deadlock left undone is done the next time"
    assert {"registered", "already-there", "amended", "Settled"} <= ends.keys() and ends["due"] > 0
    assert await count(committing, "patients where nhs_number is null") == 0
    assert await count(committing, "patients") <= 10
