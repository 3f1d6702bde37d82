"""Monitoring at random: forms on paper, well or badly keyed, and the clocks of mornings and evenings."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import text

from registry.monitoring.balance import Struck, Unsignable, sign_balance
from registry.monitoring.clocks import beat, strike
from registry.paper.acts import PAPER
from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Done, Impossible
from tests.invariants.town import Town
from tests.paper.post import as_written
from tests.support.acts import do

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_ACTS: dict[str, OfficeAct[Any]] = {act.name: act for act in PAPER.acts}
_FORMS = 12
"""So few references that the same form comes again and again."""


async def _do(town: Town, act: str, **details: Any) -> Any:
    context = town.office.plan.context()
    answer = await town.office.act(lambda connection: do(connection, context, _ACTS[act], **details))
    town.reached[f"paper {act} {type(answer).__name__.lower()}"] += 1
    if isinstance(answer, Done) and act.startswith("key-"):
        town.reached[f"paper {answer.state}"] += 1
        if answer.data is not None:
            town.reached[answer.data["outcome"]] += 1
    return answer


async def _open_batch(town: Town, chance: Random) -> Any:
    received_on = town.office.today - timedelta(days=chance.choice([0, 0, 1, 9]))
    return await _do(
        town,
        "open-batch",
        practice=town.practice(chance.randrange(4)).ods_code,
        received_on=received_on.isoformat(),
        forms=chance.choice([1, 2, 4]),
    )


async def _batch(town: Town, chance: Random) -> Any:
    """An open batch, or now and then a closed one; one is opened where there is none."""
    closed = " or true" if chance.random() < 0.1 else ""
    batches = await town.office.column(f"select id from paper_batches where closed_at is null{closed} order by id")
    return chance.choice(batches) if batches else (await _open_batch(town, chance)).id


def _form(chance: Random) -> str:
    return f"FORM-{chance.randrange(_FORMS)}" if chance.random() < 0.5 else f"FORM-{chance.getrandbits(32)}"


async def _key(town: Town, chance: Random) -> None:
    whom = town.person(chance.randrange(12))
    kind = chance.choice(["acceptance"] * 5 + ["amendment", "deduction", "removal"])
    details: dict[str, Any] = {"id": await _batch(town, chance), "form": _form(chance)}
    if chance.random() < 0.1:
        details["replaces"] = f"FORM-{chance.randrange(_FORMS)}"
    if chance.random() < 0.1:
        details["notes"] = "PLEASE READ"
    match kind:
        case "acceptance":
            details |= {**as_written(whom.like, whom.number), "accepted_on": town.office.today.isoformat()}
            details |= chance.choice([{}, {}, {}, {"surname": ""}, {"type": "9"}, {"number": None}])
        case "amendment":
            details |= {"number": whom.number, "title": chance.choice(["Dr", "%"])}
        case "deduction":
            details |= {"number": whom.number, "cause": chance.choice(["13", "5"])}
            details |= {"happened_on": town.office.today.isoformat()}
        case _:
            details |= {"number": whom.number}
    await _do(town, f"key-{kind}", **details)


async def _turn_away(town: Town, chance: Random) -> None:
    act = chance.choice(["reject", "return"])
    await _do(town, act, id=await _batch(town, chance), form=_form(chance), reason="cannot be read")


async def _recount(town: Town, chance: Random) -> None:
    await _do(town, "recount", id=await _batch(town, chance), forms=chance.choice([1, 2, 5]), reason="counted again")


async def _close_batch(town: Town, chance: Random) -> None:
    """Close a batch, mostly one that balances."""
    balanced = await town.office.column(
        "select id from paper_batches where closed_at is null and received = keyed + rejected + returned order by id"
    )
    await _do(town, "close-batch", id=chance.choice(balanced) if balanced else await _batch(town, chance))


async def _clocks(town: Town, chance: Random) -> None:
    """Everything that is due is done, and then the clocks of monitoring strike, at an hour of the day."""
    instant = town.office.clock.instant
    at = instant.replace(hour=chance.choice([7, 12, 22, 23]), minute=5)
    town.office.clock.instant = at if at > instant else instant + timedelta(hours=1)
    context = town.office.plan.context()
    done = await town.office.fall_due()
    assert done["failed"] == 0
    done.update(await strike(town.office.engine, context))
    async with town.office.at_work() as at_work:
        await beat(at_work.connection, context)
        # Each list of each day adds up, whatever has happened.
        wrong = text("select day, practice_id, differences from daily_balances where differences <> '{}'")
        assert (await at_work.connection.execute(wrong)).all() == []
    for name, count in done.items():
        town.reached[f"due {name}"] += count


async def _sign(town: Town, chance: Random) -> None:
    days = await town.office.column("select day from balance_days order by signed_at is not null, day")
    if not days:
        return
    context = town.office.plan.context()
    day = days[0] if chance.random() < 0.7 else chance.choice(days)
    signed = await town.office.act(lambda connection: sign_balance(connection, context, day, None))
    assert isinstance(signed, Struck | Unsignable)
    town.reached[f"balance {type(signed).__name__.lower()}"] += 1


ACTS: dict[str, tuple[int, Act]] = {
    "open a batch": (1, _open_batch),
    "key a form": (7, _key),
    "turn a form away": (2, _turn_away),
    "count a batch again": (1, _recount),
    "close a batch": (1, _close_batch),
    "clocks of monitoring": (4, _clocks),
    "sign a day": (2, _sign),
}
"""What may happen, how often in comparison, and how it is drawn."""

_IMPOSSIBLE = Impossible.__name__.lower()

TO_BE_REACHED = {
    "paper open-batch done",
    "paper key-acceptance done",
    f"paper key-acceptance {_IMPOSSIBLE}",
    "paper key-amendment done",
    "paper key-deduction done",
    "paper key-removal done",
    "paper accepted",
    "paper refused",
    "paper in-queue",
    "paper pending",
    "paper reject done",
    f"paper reject {_IMPOSSIBLE}",
    "paper return done",
    "paper recount done",
    f"paper recount {_IMPOSSIBLE}",
    "paper close-batch done",
    f"paper close-batch {_IMPOSSIBLE}",
    "due batches late",
    "due forms chased",
    "due days balanced",
    "due silent practices",
    "due rejections flagged",
    "due deducted flagged",
    "balance struck",
    "balance unsignable",
}
