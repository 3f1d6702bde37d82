"""Where people can be registered."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """A practice's list by id, and the doctor who stands for one not named (empty for none)."""

    list_id: UUID
    gp_code: str
