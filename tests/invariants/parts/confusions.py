"""Confusions at random: suspected of anybody, attributed in any way, and carried out."""

from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from registry.transactions.acts.act import Act as OfficeAct
from registry.transactions.acts.act import Answer, Done
from registry.transactions.confusions.acts import CONFUSIONS
from registry.values.actor import Actor, ActorKind
from registry.values.person import Sex
from tests.invariants.town import Town
from tests.support.acts import do
from tests.support.townspeople import TOWNSPEOPLE

Act = Callable[[Town, Random], Coroutine[Any, Any, None]]

_ACTS: dict[str, OfficeAct[Any]] = {act.name: act for act in CONFUSIONS.acts}
_COLLEAGUE = Actor(ActorKind.STAFF, "colleague")
_WORDS = ("first", "second", "third")
_NEXT = {
    "suspected": "triage",
    "triaged": "ask",
    "asking": "complete",
    "evidence-complete": "refer",
    "with-national-back-office": "confirm",
}
_OPEN = "select id || ' ' || version || ' ' || state from matters where kind = :kind and closed_at is null order by id"


async def _do(town: Town, name: str, *, by: Actor | None = None, **details: Any) -> Answer:
    """Do an act, and count what became of it."""
    context = town.office.plan.context() if by is None else town.office.plan.context(by)
    answer = await town.office.act(lambda connection: do(connection, context, _ACTS[name], **details))
    town.reached[f"confusions {name} {type(answer).__name__.lower()}"] += 1
    return answer


async def _one(town: Town, chance: Random, kind: str = "confusion") -> tuple[str, int, str] | None:
    found = await town.office.column(_OPEN, kind=kind)
    if not found:
        return None
    matter, version, state = chance.choice(found).split()
    return matter, int(version), state


async def _suspect(town: Town, chance: Random) -> None:
    number = town.person(chance.randrange(12)).number
    await _do(town, "suspect", nhs_number=number, reason="two birth dates")


async def _step(town: Town, chance: Random) -> None:
    """The next step of one of them; now and then it is given up, or somebody looked too early."""
    found = await _one(town, chance)
    if found is None:
        return
    matter, version, state = found
    given = {"id": matter, "version": version + (chance.random() < 0.1), "reason": "seen"}
    if chance.random() < 0.06:
        await _do(town, chance.choice(["one-person", "withdraw"]), **given)
    elif state in _NEXT:
        more: dict[str, Any] = (
            {"reference": chance.choice(["NBO-1234", "by telephone"])} if state == "evidence-complete" else {}
        )
        await _do(town, _NEXT[state], **given, **more)
    elif state == "attributing":
        await _do(town, "propose", **given)
    else:
        await _do(town, chance.choice(["approve", "approve", "decline"]), by=_COLLEAGUE, **given)


async def _whole_way(town: Town, chance: Random) -> None:
    """From the first suspicion to two or three people, without much in between."""
    number = town.person(chance.randrange(12)).number
    opened = await _do(town, "suspect", nhs_number=number, reason="two birth dates")
    if not isinstance(opened, Done):
        return
    for _ in range(8):
        state = await town.office.one("select state from matters where id = :id", id=opened.id)
        if state not in _NEXT:
            break
        more: dict[str, Any] = {"reference": "NBO-1234"} if state == "evidence-complete" else {}
        await _do(town, _NEXT[state], **await _seen(town, opened.id), **more)
    people = _WORDS[: chance.choice([2, 2, 3])]
    keeps = chance.choice([*people, None])
    for person in people:
        await _describe(town, chance, opened.id, person, keeps=person == keeps)
    await _attribute_all(town, chance, opened.id, people)
    if chance.random() < 0.2:
        await town.accept(chance.randrange(4), chance.randrange(12), 0, "3", "D", 0)
    await _do(town, "propose", **await _seen(town, opened.id))
    if chance.random() < 0.15:
        await town.ask_for_deduction(chance.randrange(8), chance.randrange(12), chance.randrange(17))
    by = None if chance.random() < 0.1 else _COLLEAGUE
    await _do(town, "approve", by=by, **await _seen(town, opened.id))


async def _seen(town: Town, matter: Any) -> dict[str, Any]:
    version = await town.office.one("select version from matters where id = :id", id=matter)
    return {"id": matter, "version": version, "reason": "seen"}


async def _describe(town: Town, chance: Random, matter: Any, person: str, *, keeps: bool) -> None:
    like = chance.choice(TOWNSPEOPLE)
    ruling = "keep" if keeps else chance.choice(["given", "to-be-allotted"])
    await _do(
        town,
        "describe",
        **await _seen(town, matter),
        person=person,
        surname=like.name.surname,
        first_forename=f"{like.name.first_forename}{chance.choice(['', 'a', 'e'])}",
        sex=(like.sex or Sex.UNKNOWN).value,
        date_of_birth=like.date_of_birth,
        address=list(like.address.lines),
        postcode=like.address.postcode,
        ruling=ruling,
        number=town.office.plan.number() if ruling == "given" else None,
        evidence="certificate",
    )


async def _attribute_all(town: Town, chance: Random, matter: Any, people: tuple[str, ...]) -> None:
    """Every item to somebody, by no rule at all: whatever is decided, it must hold together."""
    looked = await _do(town, "facts", id=matter)
    assert isinstance(looked, Done)
    theirs: dict[str, list[str]] = {person: [] for person in people}
    for item in looked.data["items"]:
        if item["goes_with"] is None and item["belongs_to"] is None:
            theirs[chance.choice(people)].append(item["item"])
    for person, items in theirs.items():
        if items:
            given = {"item": items, "evidence": "drawn", "said_by": "Y90001"}
            await _do(town, "attribute", **await _seen(town, matter), person=person, **given)


async def _number(town: Town, chance: Random) -> None:
    """The National Back Office's letter comes, now and then with somebody's number."""
    found = await _one(town, chance, "number-allotment")
    if found is not None:
        number = chance.choice([town.office.plan.number()] * 3 + [town.person(chance.randrange(12)).number])
        await _do(town, "number", id=found[0], version=found[1], number=number, reason="their letter")


ACTS: dict[str, tuple[int, Act]] = {
    "suspect confusion": (1, _suspect),
    "step confusion": (3, _step),
    "take apart": (3, _whole_way),
    "key allotted number": (2, _number),
}
"""What may be done about confusions, how often in comparison, and how it is drawn."""

TO_BE_REACHED = {
    "confusions suspect done",
    "confusions propose done",
    "confusions propose impossible",
    "confusions approve done",
    "confusions approve impossible",
    "confusions number done",
    "kept-record",
    "new-record",
    "number-allotted",
}
