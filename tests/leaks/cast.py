"""The marked people: whatever is known of them is unmistakable, and all of it must disappear.

Nobody else has such a name or lives there. What an identity change leaves as it is by its nature (the date
of birth, where it is not changed) is marked apart, so that a walk may say whether it looks for it.
"""

from dataclasses import dataclass, replace
from datetime import date

from registry.values.address import Address
from registry.values.person import Demographics, Name, Sex
from tests.leaks.marks import Marks, day, number, sound, word

BIRTH_DATE = "date of birth"
OF_WHEREABOUTS = frozenset({"house", "road", "locality", "town", "postcode", "whereabouts on paper"})
"""The marks that say where somebody lives."""


@dataclass(frozen=True)
class Marked:
    """Somebody who lived under another identity: as the register held them at first, and at last."""

    at_first: Demographics
    at_last: Demographics
    number: str
    superseded: str
    """A number that a national merge made another one of theirs."""
    number_given: str
    """The number of the new identity."""
    words: dict[str, str]
    """What only a practice, a notice or a clerk has said of them."""

    @property
    def marks(self) -> Marks:
        """All that must not be found, the date of birth among it."""
        names, places = (self.at_first, self.at_last), (self.at_first.address, self.at_last.address)
        last = self.at_last
        assert last.date_of_birth is not None and last.place_of_birth is not None
        return Marks.of(
            word("surname", *{each.name.surname for each in names}),
            word("forename", last.name.first_forename),
            word("second forename", last.name.second_forename),
            word("house", *(each.lines[0] for each in places if each.lines[0])),
            word("road", *(each.lines[1] for each in places)),
            word("town", *(each.lines[3] for each in places)),
            word("postcode", *(each.postcode or "" for each in places)),
            word("place of birth", last.place_of_birth),
            number("number", self.number),
            number("superseded number", self.superseded),
            sound("sound of the surname", last.name.surname.upper()),
            sound("sound of the former surname", self.at_first.name.surname.upper()),
            day(BIRTH_DATE, last.date_of_birth),
            *(word(f"words: {name}", text) for name, text in self.words.items()),
        )


_FIRST = Demographics(
    Name("Ffarquhanden", "Wilhelmara", "Jorvikette", "", "Ms"),
    Sex.FEMALE,
    date(1987, 4, 3),
    address=Address(("Zwinglehurst", "77 Brandlemoss Lane", "", "Oldskarrow", ""), "ZX7Q 9JW"),
    place_of_birth="VORLANDSBY",
)

WILHELMARA = Marked(
    at_first=_FIRST,
    at_last=replace(
        _FIRST,
        name=replace(_FIRST.name, surname="Quorzynbeck"),
        address=Address(("Plimsoleigh", "5 Grimblewick Yard", "", "Netherquarl", ""), "ZY8W 4DD"),
    ),
    number="9998704103",
    superseded="9998704154",
    number_given="9995120348",
    words={
        "text of an acceptance": "STAYSWITHTHRUMBOLDINE",
        "text of an amendment": "FORMERLYOFGRUNDLEFAX",
        "text of a removal": "GOESTOSKELTERWICK",
        "doctor before": "HEBBLEWANSKI",
        "narrative": "Smashed the Pottinghelm vase",
        "notifier": "Receptionist Pennilwyth",
        "scheme note": "heard from Umbridgely",
        "reason of a clerk": "seen by Crottlebane",
        "reference of a notice": "REG/KLONDERSTAM/7",
        "note on paper": "ASKFORQUENBERTHA",
    },
)

_CHILD = Demographics(
    Name("Drovenhaultz", "Pimwinnick", "Ysolderic", "", ""),
    Sex.MALE,
    date(2026, 6, 3),
    address=Address(("Thistlecrook", "9 Mangelwurzel Row", "", "Upperfrome", ""), "ZW6P 2KK"),
    place_of_birth="GRAVENSUND",
)

PIMWINNICK = Marked(
    at_first=_CHILD,
    at_last=_CHILD,
    number="9998704294",
    superseded="9998704340",
    number_given="9993310778",
    words={"text of an acceptance": "CHILDOFBLENKINSOPHIE"},
)
"""A child whose birth was notified, and who is to be adopted."""


_THEO = Demographics(
    Name("Blixenhurst", "Theodwyna", "Marjolind", "", "Ms"),
    Sex.FEMALE,
    date(1991, 8, 14),
    address=Address(("Spindleholt", "31 Wexcombe Parade", "", "Lowdrigg", ""), "ZV5N 7TT"),
    place_of_birth="TROMSOWICK",
)

THEODWYNA = Marked(
    at_first=_THEO,
    at_last=replace(_THEO, name=replace(_THEO.name, surname="Yarrowmandel")),
    number="9998704510",
    superseded="9998704529",
    number_given="9996610446",
    words={"text of an acceptance": "LIKESTOBECALLEDWYNNOCK"},
)
"""A woman who becomes a man, and whose former names nobody may read."""
