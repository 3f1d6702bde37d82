"""The queries of a record's items, one for each table; each row has the same shape.

table_name, key, what (in a few words), day, practice_id, is_open, up_table and up_key (the item that it
follows), says (what it says of a person). `:people` is the record with those merged into it, `:id` the record,
`:own` the kinds of matter that are left out.
"""

from registry.transactions.confusions.attributed import belongs_to

_UNOWNED = "'split', 'merge', 'merge-undo'"
"""Kinds of transaction that put records together or take them apart: they are about everybody too."""

_NAMES = "json_build_object('surname', x.surname, 'first_forename', x.first_forename)"
_PLACE = "json_build_object('lines', array[x.line_1, x.line_2, x.line_3, x.line_4, x.line_5], 'postcode', x.postcode)"
_FORM = """case when x.kind = 'acceptance' then json_build_object(
    'surname', x.command #>> '{demographics,name,surname}',
    'first_forename', x.command #>> '{demographics,name,first_forename}',
    'sex', x.command #>> '{demographics,sex}', 'date_of_birth', x.command #>> '{demographics,date_of_birth}',
    'lines', x.command #> '{demographics,address,lines}', 'postcode', x.command #>> '{demographics,address,postcode}')
  when x.kind = 'amendment' then json_build_object(
    'surname', x.command #>> '{changes,surname}', 'first_forename', x.command #>> '{changes,forenames,0}',
    'sex', x.command #>> '{changes,sex}', 'date_of_birth', x.command #>> '{changes,date_of_birth}',
    'lines', x.command #> '{changes,address}', 'postcode', x.command #>> '{changes,postcode}')
  end"""
_TOLD = """json_build_object('surname', x.content ->> 'surname', 'first_forename', x.content ->> 'first_forename',
  'sex', x.content ->> 'sex', 'date_of_birth', x.content ->> 'date_of_birth', 'lines', x.content -> 'address',
  'postcode', x.content ->> 'postcode')"""

_NOTHING = "null::text as up_table, null::text as up_key"


def _select(
    table: str, *, key: str = "x.id::text", what: str, on: str, practice: str = "null::uuid", is_open: str = "false",
    up: str = _NOTHING, says: str = "null::json", where: str = "", join: str = "",
) -> str:  # fmt: skip
    whose = "x.patient_id = any(:people)" if table in _REPOINTED else belongs_to(table, "x", ":people")
    return (
        f"select '{table}' as table_name, {key} as key, {what} as what, {on} as day, {practice} as practice_id,"
        f" {is_open} as is_open, {up}, {says} as says from {table} x {join} where {whose} {where}"
    )


def _present(
    what: str, *, on: str = "null::date", up: str = _NOTHING, says: str = "null::json", where: str = ""
) -> str:
    """The record's present name, address or death: it has no row of its own."""
    return (
        f"select 'patients' as table_name, concat_ws(chr(58), x.id, '{what}') as key, 'present {what}' as what,"
        f" {on} as day, null::uuid as practice_id, false as is_open, {up}, {says} as says"
        f" from patients x where x.id = :id {where}"
    )


_DEATH = (
    "'list_movements' as up_table, (select max(v.id)::text from list_movements v where v.patient_id = x.id"
    " and v.removal = 'DEA' and v.reverses is null"
    " and not exists (select from list_movements r where r.reverses = v.id)) as up_key"
)
"""Whoever died is whoever was taken off a list for it."""

_MATTER = (
    "case when x.kind = 'forces-registration' then 'list_memberships' else 'scheme_incidents' end as up_table,"
    " case when x.kind in ('special-allocation', 'violence-notice') then x.facts ->> 'incident'"
    " when x.kind = 'forces-registration' and x.state = 'registered' then (select m.id::text from list_memberships m"
    " where m.patient_id = x.patient_id and upper_inf(m.period)) end as up_key"
)
"""Whoever is registered from the armed forces is whoever is on the list; a notice of violence, and a place on the
scheme, are of whoever was violent."""

_INCIDENT = (
    "'matters' as up_table, (select m.id::text from matters m where m.kind = 'special-allocation'"
    " and m.facts -> 'later_incidents' ? x.id::text order by m.opened_at limit 1) as up_key"
)
"""What came later is of whoever is on the scheme."""

_REPOINTED = frozenset({"patient_former_names", "patient_former_addresses", "patient_numbers"})
"""Rows that a split gives to their person themselves."""

_LONDON = "({} at time zone 'Europe/London')::date"
_NOT_OF_THE_SPLIT = (
    "and (x.matter_id is null or not exists (select from matters o where o.id = x.matter_id and o.kind = any(:own)))"
)

QUERIES = (
    _select(
        "list_movements",
        what="f.code || ' to ' || o.code || ', ' || x.reason",
        on="x.effective_on",
        practice="case when o.practice_id is not null then o.id else f.practice_id end",
        up="case when x.reverses is not null then 'list_movements' when x.transaction_id is not null then"
        " 'transactions' end as up_table, coalesce(x.reverses::text, x.transaction_id::text) as up_key",
        join="join lists f on f.id = x.from_list join lists o on o.id = x.to_list",
        where="and 'superseded' not in (f.code, o.code)",
    ),
    _select(
        "list_memberships",
        what="'on the list, accepted ' || x.accepted_on",
        on="lower(x.period)",
        practice="x.list_id",
        is_open="upper_inf(x.period)",
        up="'list_movements' as up_table, (select max(v.id)::text from list_movements v"
        " where v.patient_id = x.patient_id and v.to_list = x.list_id and v.effective_on = lower(x.period)"
        " and v.transaction_id is not distinct from x.transaction_id) as up_key",
    ),
    _select(
        "transactions",
        what="x.kind || ', ' || coalesce(x.outcome, x.state)",
        on=_LONDON.format("x.received_at"),
        practice="x.practice_id",
        is_open="x.due_at is not null or x.chase_at is not null",
        up="case when b.id is not null then 'transactions' when x.matter_id is not null then 'matters' end as up_table,"
        " coalesce(b.id, x.matter_id)::text as up_key",
        says=_FORM,
        join="left join lateral (select id from transactions t where t.taken_back_by = x.id"
        " and t.patient_id = x.patient_id limit 1) b on true",
        where=f"and x.kind not in ({_UNOWNED}) {_NOT_OF_THE_SPLIT}",
    ),
    _select(
        "practice_messages",
        what="x.kind",
        on=_LONDON.format("x.created_at"),
        practice="x.practice_id",
        is_open="x.closed_at is null",
        up="case when x.kind in ('F3', 'F4', 'F11') then 'transactions' end as up_table,"
        " x.transaction_id::text as up_key",
        says=_TOLD,
        where=f"and not exists (select from transactions t where t.id = x.transaction_id and t.kind in ({_UNOWNED}))",
    ),
    _select(
        "letters",
        what="x.kind || ', ' || x.state",
        on=_LONDON.format("x.decided_at"),
        practice="x.practice_id",
        is_open="x.state in ('queued', 'handed-over')",
        up="case when x.transaction_id is not null then 'transactions' when x.matter_id is not null then 'matters' end"
        " as up_table, coalesce(x.transaction_id, x.matter_id)::text as up_key",
        where=f"{_NOT_OF_THE_SPLIT} and not exists (select from transactions t where t.id = x.transaction_id"
        f" and t.kind in ({_UNOWNED}))",
    ),
    _select(
        "pending_deductions",
        what="x.removal || ', ' || x.state",
        on="x.requested_on",
        practice="x.practice_id",
        is_open="x.state = 'pending'",
        up="'transactions' as up_table, x.transaction_id::text as up_key",
    ),
    _select(
        "matters",
        what="x.kind",
        on=_LONDON.format("x.opened_at"),
        practice="x.practice_id",
        is_open="x.closed_at is null",
        up=_MATTER,
        where="and x.kind <> all(:own)",
    ),
    "select 'anomalies' as table_name, x.id::text as key, x.kind as what,"
    f" {_LONDON.format('x.opened_at')} as day, x.practice_id, true as is_open,"
    " 'transactions' as up_table, x.transaction_id::text as up_key, null::json as says"
    " from anomalies x where x.state = 'open' and x.patient_ids && cast(:people as uuid[])"
    " and x.kind <> 'possible-duplicate'",
    _select(
        "practice_refusals", what="x.ground", on="x.refused_on", practice="x.practice_id",
        is_open="false",
    ),
    _select(
        "assignment_decisions",
        what="'practice chosen'",
        on=_LONDON.format("x.decided_at"),
        practice="x.practice_id",
        up="'matters' as up_table, x.matter_id::text as up_key",
    ),
    _select(
        "scheme_incidents",
        what="'restricted'",
        on=_LONDON.format("x.recorded_at"),
        practice="x.practice_id",
        up=_INCIDENT,
    ),
    _select(
        "scheme_notes",
        what="'restricted'",
        on=_LONDON.format("x.at"),
        up="'matters' as up_table, x.matter_id::text as up_key",
    ),
    _select("patient_former_names", what="'name'", on="upper(x.period)", says=_NAMES),
    _select("patient_former_addresses", what="'address'", on="upper(x.period)", says=_PLACE),
    _select(
        "patient_numbers", key="x.nhs_number", what="'former number'", on=_LONDON.format("x.since"),
    ),
    _present("name", says=_NAMES),
    _present("address", says=_PLACE, where="and (x.postcode is not null or x.line_1 || x.line_2 || x.line_4 <> '')"),
    _present("death", on="x.date_of_death", up=_DEATH, where="and x.status in ('informal-dead', 'formal-dead')"),
)  # fmt: skip
