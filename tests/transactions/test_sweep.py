"""A sweep of the register: who is found and who is not (domain rules R8), and that nothing is ever merged."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from registry.values.address import Address
from registry.values.person import Demographics, Sex
from tests.support.committing_office import CommittingOffice
from tests.support.sweeping import ADA, AWAY, GRETA, HOME, born, pairs, queue, renamed, somebody, swept, taken_on

TOM = somebody("Thomas", "Quarrie", "1988-04-14", sex=Sex.MALE)


async def said(office: CommittingOffice, one: Demographics, other: Demographics) -> str:
    """What a sweep says of two people of a register: certain, possible, or nothing."""
    first, second, _ = await taken_on(office, one, other, GRETA)
    await swept(office)
    row = (await pairs(office)).get(frozenset({first, second}))
    assert await office.one("select count(*) from patients where merged_into is not null") == 0
    return "nothing" if row is None else row["decision"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(ADA, renamed(ADA, surname="Fetherstone"), id="surname one letter off"),
        pytest.param(
            ADA, born(renamed(ADA, "Adah", "Fetherstone"), "1961-06-23"), id="both names off, and born a month apart"
        ),
        pytest.param(TOM, renamed(TOM, "Tom"), id="a short form of the name"),
        pytest.param(
            somebody("Moira", "Lunt", "1990-02-05"),
            somebody("Moira", "Askerton", "1990-02-05", previous_surname="Lunt"),
            id="married",
        ),
        pytest.param(ADA, replace(ADA, address=AWAY), id="moved"),
        pytest.param(
            ADA,
            replace(ADA, name=replace(ADA.name, first_forename="Featherstone", surname="Ada")),
            id="forename and surname exchanged",
        ),
    ],
)
async def test_one_person_is_found_twice(committing: CommittingOffice, one: Demographics, other: Demographics):
    assert await said(committing, one, other) in ("certain", "possible")
    assert len(await queue(committing)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            somebody("Isla", "Tarrant", "2015-09-01"),
            somebody("Ila", "Tarrant", "2015-09-01"),
            id="twins who are called alike",
        ),
        pytest.param(
            somebody("Isla", "Tarrant", "2015-09-01"),
            somebody("Rowan", "Tarrant", "2015-09-01", sex=Sex.MALE),
            id="twins",
        ),
        pytest.param(TOM, born(TOM, "1958-04-14"), id="father and son of one name and birthday"),
        pytest.param(TOM, born(TOM, "1959-12-30"), id="father and son of one name"),
        pytest.param(
            somebody("Ann", "Brown", "1984-05-06"),
            somebody("Ann", "Brown", "1984-06-05", address=AWAY),
            id="day and month exchanged, in different towns",
        ),
        pytest.param(
            somebody(
                "Maria", "Ferreira", "1992-03-11", address=Address(("", "Flat 2 Tide House", "", "", ""), "ZX4 7QP")
            ),
            somebody(
                "Rosa", "Ferreira", "1994-08-19", address=Address(("", "Flat 9 Tide House", "", "", ""), "ZX4 7QP")
            ),
            id="one surname in a house of many",
        ),
    ],
)
async def test_two_people_are_never_one_for_certain(
    committing: CommittingOffice, one: Demographics, other: Demographics
):
    assert await said(committing, one, other) != "certain"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (somebody("Isla", "Tarrant", "2015-09-01"), somebody("Rowan", "Tarrant", "2015-09-01", sex=Sex.MALE)),
        (TOM, born(TOM, "1959-12-30")),
        (somebody("Maria", "Ferreira", "1992-03-11"), somebody("Rosa", "Ferreira", "1994-08-19")),
        (ADA, GRETA),
    ],
    ids=["twins", "father and son", "one surname in a house", "strangers"],
)
async def test_two_people_who_are_plainly_two_are_not_asked_about(
    committing: CommittingOffice, one: Demographics, other: Demographics
):
    assert await said(committing, one, other) == "nothing"


async def test_a_family_of_seven_taken_on_again_elsewhere_is_found_one_by_one(committing: CommittingOffice):
    names = ("Hew", "Orla", "Petra", "Quentin", "Rhona", "Sylvie", "Tobias")
    family = [
        somebody(
            name, "Marchbanks", f"{1975 + 4 * place}-0{place + 1}-1{place}", sex=Sex.MALE if place % 2 else Sex.FEMALE
        )
        for place, name in enumerate(names)
    ]
    async with committing.at_work() as office:
        here, there = await office.practice(), await office.practice()
        first = [(await office.person(here, like=each, accepted_on=date(2026, 5, 4)))[0] for each in family]
        moved = [replace(each, address=replace(HOME, lines=("", "12 Quillett Lane", "", "", ""))) for each in family]
        again = [(await office.person(there, like=each, accepted_on=date(2026, 6, 4)))[0] for each in moved]
    await swept(committing)
    expected = {frozenset(each) for each in zip(first, again, strict=True)}
    assert expected == set(await queue(committing))
    assert {
        frozenset(each) for each, row in (await pairs(committing)).items() if row["decision"] == "certain"
    } <= expected


@pytest.mark.parametrize("apart", [True, False])
async def test_who_is_kept_apart_is_never_found(committing: CommittingOffice, apart: bool):
    """An adopted child has been on the register under another name; nobody is to be led from one to the other."""
    [before] = await taken_on(committing, ADA)
    [after] = await taken_on(committing, ADA, apart=apart)
    await swept(committing)
    assert (frozenset({before, after}) in await pairs(committing)) is not apart


async def test_a_dead_record_and_a_living_one_may_be_one_person_but_two_dead_ones_trouble_nobody(
    committing: CommittingOffice,
):
    died = {"status": "formal-dead", "date_of_death": date(2026, 9, 1)}
    dead: list[UUID] = await taken_on(committing, ADA, ADA, **died)
    [alive] = await taken_on(committing, ADA)
    await swept(committing)
    assert set(await pairs(committing)) == {frozenset({each, alive}) for each in dead}


async def test_former_facts_are_compared(committing: CommittingOffice):
    """Who was called otherwise is found by that."""
    async with committing.at_work() as office:
        one, _ = await office.person(like=replace(ADA, address=AWAY))
        other, number = await office.person(like=somebody("Ada", "Moss", "1961-07-23", previous_surname="Featherstone"))
    await swept(committing)
    assert (await pairs(committing))[frozenset({one, other})]["levels"]["surname"] == "former"
    assert number not in str(await pairs(committing))


async def test_what_is_kept_of_a_pair_is_words_and_no_values(committing: CommittingOffice):
    await taken_on(committing, ADA, renamed(ADA, surname="Fetherstone"))
    await swept(committing)
    [row] = (await pairs(committing)).values()
    assert row["levels"] == {
        "forename": "equal", "surname": "similar", "date_of_birth": "equal", "place": "same_address", "sex": "equal",
        "number": "different", "middle_name": "equal",
    }  # fmt: skip
    assert not any(word in str(row).upper() for word in ("ADA", "FEATHERSTONE", "QUILLET", "1961"))
