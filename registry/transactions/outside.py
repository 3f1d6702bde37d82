"""The lists that are no practice's: where people come from and go to.

Each movement of the ledger has two ends, so birth, abroad and death are lists too. Their
ids are fixed, for they are part of the code's vocabulary.
"""

from enum import Enum
from uuid import UUID

_SPACE = "00000000-0000-7000-8000-0000000000"


class Outside(Enum):
    """A list outside every practice. The value is its code."""

    TAKE_ON = "take-on"
    """Where the people came from that the register began with."""
    BIRTH = "birth"
    FIRST_REGISTRATION = "first-registration"
    """Living here, never registered before."""
    ELSEWHERE = "elsewhere"
    """With a practice of the United Kingdom whose list we do not keep."""
    ABROAD = "abroad"
    LEFT_AREA = "left-area"
    """Off a list because the practice says they left its area."""
    OUT_OF_AREA = "out-of-area"
    """Off a list because the practice will not keep an out-of-area patient."""
    DEATH = "death"
    UNREGISTERED = "unregistered"
    """Known, and on no list."""
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"
    FORCES = "forces"
    GONE_AWAY = "gone-away"
    """Nobody knows where they live."""
    REMOVED = "removed"
    """Off a list at their own or their practice's request."""
    PRISON = "prison"
    SUPERSEDED = "superseded"
    """Where the record of a person who has another goes."""

    @property
    def id(self) -> UUID:
        """The list's id."""
        return _IDS[self]


_IDS = {each: UUID(f"{_SPACE}{number:02d}") for number, each in enumerate(Outside, start=1)}

COMES_FROM = {
    "1": Outside.BIRTH,
    "2": Outside.FIRST_REGISTRATION,
    "3": Outside.ELSEWHERE,
    "4": Outside.ABROAD,
}
"""By acceptance type: the list that a person new to the register comes from."""
