"""An office whose practices follow what happens: for tests of events."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registry.database import unit_of_work
from registry.events.number import number_all
from registry.events.read import Event, events_after, last_number
from registry.events.topics import EVERY
from registry.fhir import own
from registry.fhir_api.events.wanted import CONTENT, FILTER
from tests.support.committing_office import CommittingOffice
from tests.support.office import Practice


@dataclass(slots=True)
class Following:
    """Sees the events of practices as somebody who numbers them and reads."""

    office: CommittingOffice

    async def events(self, practice: Practice, topic: str = EVERY, after: int = 0) -> list[Event]:
        now = self.office.clock.now()
        await number_all(self.office.engine, now)
        async with unit_of_work(self.office.engine) as connection:
            last = await last_number(connection, practice.id, topic)
            return await events_after(connection, practice.id, topic, after, last, most=1000, outside=False)

    async def told(self, practice: Practice, after: int = 0) -> set[tuple[str, str | None]]:
        """Topics and numbers of people; work is left out, but for its topic."""
        return {(each.topic, each.nhs_number) for each in await self.events(practice, after=after)}

    async def seen(self, practice: Practice) -> int:
        """The number of the newest event."""
        events = await self.events(practice)
        return events[-1].number if events else 0

    async def note(self, practice_id: UUID, count: int = 1) -> None:
        """Write events that are about nobody, in a unit of work of their own."""
        async with unit_of_work(self.office.engine) as connection:
            for _ in range(count):
                await note(connection, practice_id)


async def note(connection: Any, practice_id: UUID) -> UUID:
    """Write an event about some work, without numbering it. Returns the work's id."""
    rows = await connection.execute(
        text(
            "insert into practice_events (practice_id, topic, work, work_id)"
            " values (:practice, 'task-update', 'matter', gen_random_uuid()) returning work_id"
        ),
        {"practice": practice_id},
    )
    return rows.scalar_one()


def a_subscription(practice: str | None = None, topic: str = "practice-events", **channel: Any) -> dict[str, Any]:
    """A Subscription as a client sends it; `channel` adds to the channel, and `status` stands for itself."""
    status, end = channel.pop("status", "requested"), channel.pop("end", None)
    resource: dict[str, Any] = {
        "resourceType": "Subscription",
        "status": status,
        "reason": "to keep a list",
        "criteria": own.topic(topic),
        "channel": {
            "type": "rest-hook",
            "payload": "application/fhir+json",
            "_payload": {"extension": [{"url": CONTENT, "valueCode": "id-only"}]},
            **channel,
        },
    }
    if practice is not None:
        resource["_criteria"] = {"extension": [{"url": FILTER, "valueString": f"organization={practice}"}]}
    return resource | ({"end": end} if end else {})


def parameter(status: dict[str, Any], name: str) -> Any:
    """The value of the one parameter of a name."""
    [found] = [each for each in status["parameter"] if each["name"] == name]
    return next(value for key, value in found.items() if key.startswith("value"))


def status_in(bundle: dict[str, Any]) -> dict[str, Any]:
    """The Parameters that a notification begins with."""
    return bundle["entry"][0]["resource"]


def events_in(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a notification, each as its parts by name."""
    return [
        {part["name"]: next(value for key, value in part.items() if key != "name") for part in each["part"]}
        for each in status_in(bundle)["parameter"]
        if each["name"] == "notification-event"
    ]


def numbers_in(bundle: dict[str, Any]) -> list[int]:
    """The numbers of a notification's events."""
    return [int(each["event-number"]) for each in events_in(bundle)]
