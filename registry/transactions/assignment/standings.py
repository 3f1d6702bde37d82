"""The facts from which an assignment is weighed: practices as they stand, and what is known of the applicant."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Date, Integer, Text, Uuid

from registry.transactions.assignment.share_counts import COUNTED
from registry.transactions.context import Context
from registry.transactions.facts import PersonFacts
from registry.transactions.matters.stands import Matter
from registry.transactions.rules.assignment import weigh
from registry.transactions.rules.assignment_factors import months_before
from registry.transactions.rules.assignment_facts import Applicant, Candidate, PastRemoval, Standing, Weights
from registry.transactions.rules.assignment_words import Circumstance, Facility, Ground
from registry.values.address import normal_postcode

# Secure settings hold whoever is brought to them; nobody is assigned to one.
_STANDINGS = text(
    f"""
    with home as (select easting, northing from postcode_places where postcode = :postcode),
    near as (
      select p.id, p.ods_code, p.list_state, sqrt(
        power(w.easting - home.easting, 2) + power(w.northing - home.northing, 2)) as metres
      from practices p left join postcode_places w on w.postcode = p.postcode left join home on true
      where not p.secure),
    considered as (
      select * from near where id = any(:named)
      union select * from (select * from near order by metres nulls last, ods_code limit :most) nearest)
    select c.id, c.ods_code, c.list_state, c.metres,
      (select count(*) from list_memberships m where m.list_id = c.id and upper_inf(m.period)) as list_size,
      (select count(*) from ({COUNTED}) d where d.practice_id = c.id and d.decided_on > :since) as assigned,
      (select array_agg(f.facility) from practice_facilities f where f.practice_id = c.id) as facilities
    from considered c
    """
).bindparams(
    bindparam("postcode", type_=Text),
    bindparam("named", type_=ARRAY(Uuid)),
    bindparam("most", type_=Integer),
    bindparam("since", type_=Date),
)

# A removal that was taken back never was one.
_REMOVALS = text(
    """
    select v.from_list as practice_id, r.ods_code, v.effective_on, v.removal = 'RDI' as violent
    from list_movements v join practices r on r.id = v.from_list
    where v.patient_id = any(array(select id from patients where id = :patient_id or merged_into = :patient_id))
      and v.removal in ('RDR', 'RDI')
      and not exists (select from list_movements back where back.reverses = v.id)
    order by v.id
    """
).bindparams(bindparam("patient_id", type_=Uuid))

_REFUSALS = text(
    """
    select practice_id, ground, stands from practice_refusals
    where patient_id = :patient_id or application_id = :matter_id order by refused_on, recorded_at
    """
).bindparams(bindparam("patient_id", type_=Uuid), bindparam("matter_id", type_=Uuid))

_APPLICANT = text("select postcode from assignment_applicants where matter_id = :matter_id").bindparams(
    bindparam("matter_id", type_=Uuid)
)


async def consider(
    connection: AsyncConnection, context: Context, matter: Matter, person: PersonFacts | None
) -> tuple[Candidate, ...]:
    """Every practice weighed for an application, best first. Reads only."""
    applicant = await _applicant(connection, matter, person)
    home = person.address.postcode if person is not None else await _stated_postcode(connection, matter.id)
    named = [
        *applicant.wanted,
        *applicant.unwanted,
        *applicant.refused_by,
        *(r.practice_id for r in applicant.removals),
    ]
    practices = await standings(connection, context, home, matter.trigger_on, named)
    return weigh(applicant, practices, weights(context, matter.trigger_on), context.today)


async def standings(
    connection: AsyncConnection, context: Context, home: str | None, trigger_on: date, named: Sequence[UUID] = ()
) -> list[Standing]:
    """The practices nearest to a postcode, and those named besides, as they stand."""
    months = context.policies.on("assignment_share_months", trigger_on)
    values = {
        "postcode": normal_postcode(home or ""),
        "named": list(named),
        "most": context.policies.on("assignment_most_considered", trigger_on),
        "since": months_before(context.today, months),
    }
    return [_standing(row) for row in await connection.execute(_STANDINGS, values)]


def weights(context: Context, trigger_on: date) -> Weights:
    """The policies of the day of the application."""
    on = context.policies.on
    return Weights(
        points=on("assignment_points", trigger_on),
        bands=[(upper, points) for upper, points in on("assignment_distance_bands", trigger_on)],
        removal_months=on("assignment_removal_months", trigger_on),
        share_limit=on("assignment_share_limit", trigger_on),
    )


def _standing(row: Any) -> Standing:
    return Standing(
        practice_id=row.id,
        ods_code=row.ods_code,
        list_is_open=row.list_state == "open",
        list_size=row.list_size,
        assigned=row.assigned,
        metres=None if row.metres is None else round(row.metres),
        facilities=frozenset(Facility(each) for each in row.facilities or ()),
    )


async def _applicant(connection: AsyncConnection, matter: Matter, person: PersonFacts | None) -> Applicant:
    facts = matter.facts
    patient_id = None if person is None else person.id
    refusals = await connection.execute(_REFUSALS, {"patient_id": patient_id, "matter_id": matter.id})
    removals = () if person is None else await connection.execute(_REMOVALS, {"patient_id": patient_id})
    return Applicant(
        wanted=frozenset(UUID(each) for each in facts.get("wanted", ())),
        unwanted=frozenset(UUID(each) for each in facts.get("unwanted", ())),
        circumstances=tuple(Circumstance(each) for each in facts.get("circumstances", ())),
        refused_by={row.practice_id: (Ground(row.ground), row.stands) for row in refusals},
        removals=tuple(PastRemoval(row.practice_id, row.ods_code, row.effective_on, row.violent) for row in removals),
        protected=person is not None and person.restricted,
    )


async def _stated_postcode(connection: AsyncConnection, matter_id: UUID) -> str | None:
    return (await connection.execute(_APPLICANT, {"matter_id": matter_id})).scalar_one_or_none()
