"""Notices of every kind, files of them, deaths taken back, and quarters closed, among everything else that happens."""

from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from random import Random
from typing import Any

from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Answer, Done, Impossible
from registry.transactions.deductions.acts import NOTIFY, REVERSE_DEATH
from registry.transactions.deductions.causes import Cause
from registry.transactions.notices.load import load_notices
from registry.transactions.quarters.acts import CONFIRM, PREPARE, WITHDRAW
from registry.transactions.quarters.calendar import quarter_of
from registry.transactions.settle import Decision
from registry.values.actor import Actor, ActorKind
from tests.invariants.town import WRONG_NUMBER, Town
from tests.support.acts import do

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_SUPERVISOR = Actor(ActorKind.STAFF, "supervisor")
_HEADING = "notice,reference,nhs_number,happened_on,date_of_birth,sex"
_IN_FILES = ("death", "death", "emigration", "enlistment", "scotland", "query")


async def _do(town: Town, act: OfficeAct[Any], actor: Actor | None = None, **details: Any) -> Answer:
    context = town.office.plan.context() if actor is None else town.office.plan.context(actor)
    return await town.office.act(lambda connection: do(connection, context, act, **details))


def _day(town: Town, chance: Random) -> date:
    """Mostly a few days ago, sometimes long ago, today, or to come."""
    return town.office.today + timedelta(days=chance.choice([-400, -120, -100, -40, -3, -2, -1, 0, 0, 10, 40]))


async def notify(town: Town, chance: Random) -> None:
    """Somebody tells the office something about a townsperson, or has them confused with another."""
    whom = town.person(chance.randrange(12))
    details: dict[str, Any] = {
        "nhs_number": chance.choice([whom.number] * 9 + [WRONG_NUMBER]),
        "cause": chance.choice(["death"] * 6 + [cause.value for cause in Cause]),
        "happened_on": _day(town, chance),
        "notified_on": town.office.today - timedelta(days=chance.choice([0, 0, 0, 1, 40, 100])),
        "formal": chance.random() < 0.4,
        "confirmed": chance.random() < 0.8,
        "months": chance.choice([None, 12, 25]),
        "told_by": chance.choice(["practice", "relative", "forces", "registrar"]),
        "reason": chance.choice(["", "by letter"]),
    }
    if chance.random() < 0.1:
        details["sex"] = chance.choice(["male", "female"])
    answer = await _do(town, NOTIFY, **details)
    assert isinstance(answer, Done | Impossible), answer
    town.reached["notice refused" if isinstance(answer, Impossible) else answer.state or ""] += 1


async def notify_twice(town: Town, chance: Random) -> None:
    """The same death by two people, with two dates, or confirmed by the registrar."""
    number = town.person(chance.randrange(12)).number
    first = town.office.today - timedelta(days=2)
    second = first + timedelta(days=chance.choice([0, 0, 1]))
    for day, formal in ((first, False), (second, True)):
        answer = await _do(town, NOTIFY, nhs_number=number, cause="death", happened_on=day, formal=formal)
        if isinstance(answer, Done):
            town.reached[answer.state or ""] += 1


async def serve(town: Town, chance: Random) -> None:
    """Somebody joins the forces and comes back."""
    number, today = town.person(chance.randrange(12)).number, town.office.today
    await _do(town, NOTIFY, nhs_number=number, cause="enlistment", happened_on=today, told_by="forces")
    answer = await _do(town, NOTIFY, nhs_number=number, cause="discharge", happened_on=today)
    if isinstance(answer, Done):
        town.reached[answer.state or ""] += 1


async def reverse(town: Town, chance: Random) -> None:
    """A death is taken back, rightly or wrongly."""
    dead = await town.office.column(
        "select nhs_number from patients where status like '%-dead' and nhs_number is not null order by nhs_number"
    )
    number = chance.choice(dead) if dead else town.person(chance.randrange(12)).number
    reference = chance.choice([None, "NBO-1"])
    answer = await _do(town, REVERSE_DEATH, nhs_number=number, reason="lives", nbo_reference=reference)
    if isinstance(answer, Done):
        town.reached["death-reversed"] += 1


async def send_file(town: Town, chance: Random) -> None:
    """A file of notices; some of its lines came before, and some cannot be read."""
    lines: list[str] = []
    for at in range(chance.randrange(1, 5)):
        whom = town.person(chance.randrange(12))
        born = chance.choice(["", "", "", "1901-02-03"])
        day = chance.choice([_day(town, chance).isoformat()] * 5 + ["soon"])
        notice = chance.choice(_IN_FILES)
        lines.append(f"{notice},R{at},{whom.number},{day},{born},")
    lines += lines[: chance.choice([0, 0, 1])]
    content = "\n".join([_HEADING, *lines, f"END,{len(lines)}", ""]).encode()
    name = f"list-{sha256(content).hexdigest()}.csv"
    for _ in range(chance.choice([1, 1, 2])):
        context = town.office.plan.context()
        loaded = await load_notices(town.office.engine, context, "nbo", name, lambda: BytesIO(content))
        assert loaded.done + loaded.repeated + loaded.referred + loaded.refused == len(lines)
        for result in ("done", "repeated", "referred", "refused"):
            town.reached[f"line {result}"] += getattr(loaded, result)


async def close_quarter(town: Town, chance: Random) -> None:
    """The quarter ends, and the office closes it if it can; mostly what stands in the way is cleared before."""
    first = quarter_of(town.office.today)
    if chance.random() < 0.7:
        await town.pass_days((first.counts_on - town.office.today).days)
    if chance.random() < 0.8:
        await _clear(town)
    prepared = await _do(town, PREPARE)
    if not isinstance(prepared, Done):
        return
    closed = await _do(town, CONFIRM, _SUPERVISOR, id=prepared.id, version=prepared.version)
    if isinstance(closed, Done):
        town.reached["quarter closed"] += 1
        return
    town.reached["quarter blocked"] += 1
    await _do(town, WITHDRAW, id=prepared.id, version=prepared.version)


async def _clear(town: Town) -> None:
    """The national side is told everything, and no notice waits."""
    async with town.office.at_work() as at_work:
        await at_work.connection.exec_driver_sql(
            "update national_requests set state = 'C', closed_at = now(), next_attempt_at = null"
            " where kind = 'update' and state <> 'C'"
        )
    waiting = (
        "select a.id from anomalies a join transactions t on t.id = a.transaction_id"
        " where a.state = 'open' and t.kind = 'notice' and t.state = 'in-queue'"
    )
    for case in await town.office.column(waiting):
        version: int = await town.office.one("select version from anomalies where id = :id", id=case)
        for _ in range(2):
            await town.office.settle(Decision("reject", version, "not so"), case)
            version += 1
            if case not in await town.office.cases():
                break


ACTS: dict[str, tuple[int, Act]] = {
    "notify": (8, notify),
    "notify twice": (3, notify_twice),
    "serve": (2, serve),
    "reverse a death": (5, reverse),
    "send a file of notices": (3, send_file),
    "close a quarter": (1, close_quarter),
}

TO_BE_REACHED = {
    "notice refused",
    "deducted",
    "deduction-pending",
    "death-recorded",
    "death-confirmed",
    "discharged",
    "notice-of-another",
    "death-dates-conflict",
    "death-contradicted",
    "before-registration",
    "death-reversed",
    "line done",
    "line repeated",
    "line referred",
    "line refused",
    "quarter closed",
    "quarter blocked",
    "message F8",
}
