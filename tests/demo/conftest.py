"""The demonstration office's people, generated once for the tests that look at them."""

from dataclasses import dataclass

import pytest

from registry.demo.people import Office, by_label, generate_office
from registry.demo.person import DemoPerson, Label


@dataclass(frozen=True, slots=True)
class Peopled:
    """An office with its people at hand."""

    office: Office
    people: list[DemoPerson]
    labelled: dict[Label, list[DemoPerson]]

    @property
    def on_lists(self) -> list[DemoPerson]:
        return [person for person in self.people if person.is_on_list]

    def share(self, label: Label) -> float:
        """Per 10,000 records."""
        return len(self.labelled[label]) / len(self.people) * 10_000


@pytest.fixture(scope="session")
def peopled() -> Peopled:
    office = generate_office(people=20_000, seed=1)
    people = list(office.people)
    return Peopled(office, people, by_label([*people, *office.national]))
