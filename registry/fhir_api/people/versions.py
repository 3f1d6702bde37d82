"""The versions of a person: what their row said before each change, and says now.

Of whoever is hidden, and of a version that was restricted when it was in force, what tells where they are is left
out in SQL, as the views leave it out of the present row. A former version says what the person's own row held:
with which practice they were is the registration's to tell (EpisodeOfCare).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import DateTime, Integer, Uuid

_PLACES = (
    "line_1", "line_2", "line_3", "line_4", "line_5", "postcode", "place_of_birth", "residential_institute",
    "drugs_dispensed", "elements",
)  # fmt: skip
_NOT_SAID: Mapping[str, Any] = {
    **{f"line_{number}": "" for number in range(1, 6)},
    **dict.fromkeys(("postcode", "place_of_birth", "practice", "registered_on", "removal", "removed_on")),
    **dict.fromkeys(("date_of_birth", "date_of_death"), None),
}

# The version before is over when this one begins; the first began when the record was made.
_VERSIONS = text(
    f"""
    select v.version, coalesce(before.until, p.created_at) as since, w.hidden as whereabouts_hidden,
      case when w.hidden then v.facts - array[{", ".join(f"'{each}'" for each in _PLACES)}] else v.facts end
        || jsonb_build_object('elements', case when w.hidden
          then elements_without_whereabouts(coalesce(v.facts -> 'elements', '{{}}')) else v.facts -> 'elements' end)
        as facts
    from patient_versions v
    join shown_patients p on p.id = v.patient_id
    left join patient_versions before on before.patient_id = v.patient_id and before.version = v.version - 1
    cross join lateral (
      select p.whereabouts_hidden or coalesce((v.facts ->> 'restricted')::boolean, false) as hidden) w
    where v.patient_id = :id and v.version < :before_version
      and (cast(:since as timestamptz) is null or coalesce(before.until, p.created_at) >= :since)
    order by v.version desc limit :size
    """
).bindparams(
    bindparam("id", type_=Uuid),
    bindparam("before_version", type_=Integer),
    bindparam("since", type_=DateTime(timezone=True)),
    bindparam("size", type_=Integer),
)
_PRESENT_SINCE = text(
    "select coalesce(max(v.until), p.created_at) from shown_patients p left join patient_versions v"
    " on v.patient_id = p.id and v.version = p.version - 1 where p.id = :id group by p.created_at"
).bindparams(bindparam("id", type_=Uuid))


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a person: its facts as `to_fhir.patient_resource` reads them, and since when it was in force."""

    number: int
    since: datetime
    facts: Mapping[str, Any]


async def present_version(connection: AsyncConnection, row: Mapping[str, Any]) -> Version:
    """The version that is in force, of a row of `store.FACTS`."""
    since: datetime = (await connection.execute(_PRESENT_SINCE, {"id": row["id"]})).scalar_one()
    return Version(row["version"], since, row)


async def former_versions(
    connection: AsyncConnection,
    row: Mapping[str, Any],
    *,
    before: int,
    size: int,
    since: datetime | None = None,
) -> Sequence[Version]:
    """Versions before a number, the newest first, at most so many; with `since` those that began then or later."""
    wanted = {"id": row["id"], "before_version": before, "size": size, "since": since}
    found = (await connection.execute(_VERSIONS, wanted)).mappings()
    return [Version(each["version"], each["since"], _facts({**each}, row)) for each in found]


def _facts(version: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    held: Mapping[str, Any] = version["facts"]
    facts = {**_NOT_SAID, **{name: value for name, value in held.items() if name in row}}
    facts |= {"version": version["version"], "whereabouts_hidden": version["whereabouts_hidden"]}
    # It is the history of the number that is asked for, whichever was borne then.
    return facts | {"id": row["id"], "nhs_number": row["nhs_number"], "elements": held.get("elements") or {}}
