"""A Patient before and after the operations, item by item."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.fhir.outcomes import Json
from registry.fhir_api.people.patch.apply_patches import Key
from registry.fhir_api.people.patch.paths import key_of
from registry.fhir_api.people.patch.within import are_same


@dataclass(frozen=True, slots=True)
class Item:
    """An item that was added or changed: where it stands now, what it is, and what it was; None where it is new.

    `is_fresh`: it was sent whole.
    """

    place: str
    now: Json
    was: Json | None
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Amended:
    """A Patient before and after. Lists of items are there in both, be they empty.

    `home` is the id of the address that the columns of the person hold; None where there is none to be seen.
    """

    before: Json
    after: Json
    fresh: frozenset[Key] = frozenset()
    home: str | None = None

    @property
    def differs(self) -> bool:
        """Whether anything at all is another."""
        return not are_same(self.before, self.after)

    def items(self, base: str) -> Iterator[Item]:
        """The items of a list that were added or changed, in their order."""
        left = list(self.before[base])
        for index, item in enumerate(self.after[base]):
            same = next((each for each in left if are_same(each, item)), None)
            if same is not None:
                left.remove(same)
                continue
            key = item.get(key_of(base))
            was = next((each for each in self.before[base] if each.get(key_of(base)) == key), None)
            yield Item(f"{base}/{index}", item, was, (base, str(key)) in self.fresh)

    def removed(self, base: str) -> list[Json]:
        """The items of a list that are no longer there."""
        keys = [each.get(key_of(base)) for each in self.after[base]]
        return [each for each in self.before[base] if each.get(key_of(base)) not in keys]

    def changes(self, name: str) -> bool:
        """Whether an element that is no list differs."""
        return not are_same(self.before.get(name), self.after.get(name))
