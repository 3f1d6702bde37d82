"""Where a protected person is, is told to nobody but by breaking the glass, and to the former practice never."""

from tests.leaks.cast import WILHELMARA
from tests.leaks.find import find
from tests.leaks.marks import Mark, Marks, number, squeezed
from tests.leaks.prove import looking
from tests.leaks.story import Story
from tests.leaks.whereabouts import WhereaboutsWalk

BY_THE_GLASS = {"POST /api/protected/look", "POST /api/protected/candidates"}
"""Acts that show it: to whoever has the right, with a reason that is kept and reviewed."""
HER_OWN = "[refuge "
"""Callers of the practice whose patient she is: it knows that she is."""


async def test_no_one_is_told_where_she_is(restricted: Story):
    walk = await _walk(restricted)
    told = [
        f"{each.mark}: {each.where}: …{each.around}…"
        for (_, place), each in walk.found.items()
        if place not in BY_THE_GLASS and not (each.mark == "practice" and HER_OWN in each.where)
    ]
    assert "\n".join(told) == ""


async def test_her_former_practices_are_told_nothing_of_the_new_one(restricted: Story):
    world = restricted.world
    refuge = _practice(restricted)
    for name in ("here", "there", "third"):
        rows = await world.rows(
            "select content::text from practice_messages where practice_id = :id and created_at >= :since",
            id=world.practices[name].id,
            since=restricted.since,
        )
        for row in rows:
            assert find(refuge, row[0], name) == []


async def test_breaking_the_glass_shows_it_and_is_kept(restricted: Story):
    world = restricted.world
    asked = {"nhs_number": WILHELMARA.number, "code": "post-returned", "reason": "ticket 77: envelope came back"}
    answers = {
        role: await world.call(f"office {role}", "POST", "/api/protected/look", asked)
        for role in ("staff", "app", "app-read", "scheme", "counter-fraud", "identity", "governance")
    }
    assert {role: answer.status_code for role, answer in answers.items()} == {
        "staff": 403,
        "app": 403,
        "app-read": 403,
        "scheme": 403,
        "counter-fraud": 403,
        "identity": 200,
        "governance": 200,
    }
    assert "GRIMBLEWICK" in answers["identity"].text.upper()
    without = await world.call("office identity", "POST", "/api/protected/look", {**asked, "reason": ""})
    assert without.status_code == 400
    [[kept]] = await world.rows("select count(*) from protected_openings where code = 'post-returned'")
    assert kept == 2


async def _walk(restricted: Story) -> WhereaboutsWalk:
    person = Marks.of(
        number("number", WILHELMARA.number),
        Mark("surname", (squeezed(WILHELMARA.at_last.name.surname),)),
        Mark("id", (squeezed(str(restricted.world.people[WILHELMARA.number])),)),
    )
    walk = WhereaboutsWalk(restricted.marks, person, _practice(restricted))
    await looking(await restricted.values(), walk)
    return walk


def _practice(restricted: Story) -> Marks:
    refuge = restricted.world.practices["refuge"]
    codes = (refuge.ods_code, refuge.partner_code, refuge.gp_code.split(",")[0])
    pattern = rf"(?<![0-9A-Za-z])(?:{'|'.join(codes)})(?![0-9A-Za-z])"
    return Marks.of(Mark("practice", (squeezed(str(refuge.id)),), (pattern,)))
