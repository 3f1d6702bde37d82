"""A register to take people on into: practices, imports, and what is in it afterwards."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.database import unit_of_work
from registry.monitoring.check import check
from registry.practices.import_practices import add_practices
from registry.practices.store import Doctor, Practice
from registry.transactions.take_on.bulk import bulk_import
from registry.transactions.take_on.circumstances import Differing, Refused, TakeOnReport
from registry.transactions.take_on.import_people import Listener, import_people
from registry.values.actor import Actor, ActorKind
from registry.values.clock import Clock
from registry.values.organisation import GPCode

OFFICE = Actor(ActorKind.STAFF, "tests")

# Everything but ids and the time of loading; people by number, or by name where they have none.
_CONTENT = {
    "patients": """
        select to_jsonb(p) - array['id', 'created_at', 'updated_at'] as row from patients p""",
    "match_keys": """
        select to_jsonb(k) - array['id', 'patient_id'] || jsonb_build_object('of', p.nhs_number) as row
        from match_keys k join patients p on p.id = k.patient_id""",
    "patient_numbers": """
        select jsonb_build_object('number', n.nhs_number, 'of', p.nhs_number) as row
        from patient_numbers n join patients p on p.id = n.patient_id""",
    "patient_former_names": """
        select to_jsonb(f) - array['id', 'patient_id', 'recorded_at'] || jsonb_build_object('of', p.nhs_number) as row
        from patient_former_names f join patients p on p.id = f.patient_id""",
    "patient_former_addresses": """
        select to_jsonb(f) - array['id', 'patient_id', 'recorded_at'] || jsonb_build_object('of', p.nhs_number) as row
        from patient_former_addresses f join patients p on p.id = f.patient_id""",
    "list_movements": """
        select to_jsonb(m) - array['id', 'patient_id', 'from_list', 'to_list', 'recorded_at'] || jsonb_build_object(
          'of', p.nhs_number, 'from', f.code, 'to', t.code,
          'place', row_number() over (partition by m.patient_id order by m.id)) as row
        from list_movements m join patients p on p.id = m.patient_id
        join lists f on f.id = m.from_list join lists t on t.id = m.to_list""",
    "list_memberships": """
        select to_jsonb(m) - array['id', 'patient_id', 'list_id', 'posted_at'] || jsonb_build_object(
          'of', p.nhs_number, 'list', l.code) as row
        from list_memberships m join patients p on p.id = m.patient_id join lists l on l.id = m.list_id""",
    "audit_events": """
        select jsonb_build_object('action', e.action, 'of', p.nhs_number) as row
        from audit_events e cross join unnest(e.patient_ids) shown(id) join patients p on p.id = shown.id""",
}

_SHAPE = """
    select indexdef from pg_indexes where schemaname = 'public'
    union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated
    from pg_constraint where connamespace = 'public'::regnamespace order by 1
"""


@dataclass
class Register:
    """A register of a test's own, and what the last import told."""

    engine: AsyncEngine
    clock: Clock
    refused: list[Refused] = field(default_factory=list[Refused])
    differing: list[Differing] = field(default_factory=list[Differing])
    progress: list[int] = field(default_factory=list[int])

    @property
    def listener(self) -> Listener:
        self.refused, self.differing, self.progress = [], [], []
        return Listener(self.refused.append, self.differing.append, self.progress.append)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def refused_by_line(self) -> list[tuple[int, str]]:
        """The refusals of the last import, by line and field."""
        return sorted((refused.line, refused.field) for refused in self.refused)

    async def add_practices(self, *codes: str) -> None:
        practices = [
            Practice(code, f"Practice {code}", code[-4:], "XX1", (Doctor(GPCode("9910101", code[-1])),))
            for code in codes
        ]
        async with unit_of_work(self.engine) as connection:
            await add_practices(connection, practices, actor=OFFICE, at=self.now)

    async def load(self, path: Path, *, bulk: bool = False) -> TakeOnReport:
        if bulk:
            return await bulk_import(
                self.engine, path, actor=OFFICE, clock=self.clock, listener=self.listener, processes=2
            )
        return await import_people(self.engine, path, actor=OFFICE, clock=self.clock, listener=self.listener)

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query), values)]

    async def content(self) -> dict[str, list[Any]]:
        """Everything that was loaded, table by table, in an order of its own."""
        return {
            table: [row for (row,) in await self.rows(f"select row from ({query}) content order by row::text")]
            for table, query in _CONTENT.items()
        }

    async def shape(self) -> list[tuple[Any, ...]]:
        """Every index and constraint."""
        return await self.rows(_SHAPE)

    async def breaches(self) -> list[Any]:
        async with self.engine.connect() as connection:
            return list(await check(connection))
