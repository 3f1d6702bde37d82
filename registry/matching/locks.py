"""The advisory locks under which one unknown person becomes one record.

Rows can be locked only once they exist. Two messages about one person whom we do not hold
find nothing, and both would create them; so each first locks what the two would have in
common. Take all keys, in the order given, in a statement of its own before the search.
"""

from hashlib import blake2b

from registry.matching.incoming import Incoming
from registry.matching.sound import sound_code


def lock_keys(incoming: Incoming) -> list[int]:
    """Signed 64-bit keys, ascending and distinct; at least one.

    Date of birth with the sound of the surname, and with that of the forename, so that a typing
    slip in one still meets the other; surname with postcode where no date is known; and the
    quoted number.
    """
    parts: list[tuple[str, ...]]
    if incoming.date_of_birth is not None:
        born = incoming.date_of_birth.isoformat()
        parts = [
            ("born-surname", born, sound_code(incoming.surname)),
            ("born-forename", born, sound_code(incoming.first_forename)),
        ]
    else:
        parts = [("surname-postcode", incoming.surname, incoming.postcode)]
    if incoming.nhs_number is not None:
        parts.append(("number", incoming.nhs_number))
    return sorted({_key(part) for part in parts})


def _key(parts: tuple[str, ...]) -> int:
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
