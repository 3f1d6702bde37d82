"""What the vault's role alone may change in the register: texts of rows that nobody else ever changes.

Rows of the audit, of matters' histories and of assignments are never altered; a trigger refuses it. When an
identity is sealed, what they say in words is blanked, by column, as the vault's role.
"""

from registry.vault.schema import ROLE

FROZEN: dict[str, tuple[str, ...]] = {
    "audit_events": ("subject", "patient_ids"),
    "matter_events": ("reason", "details"),
    "assignment_decisions": ("reason", "explanation"),
    "assignment_candidates": ("verdict", "factors"),
}
"""Tables whose rows are frozen, and the columns that sealing blanks."""

LET_SEAL: tuple[str, ...] = tuple(
    f"grant select (id, {', '.join(columns)}), update ({', '.join(columns)}) on {table} to {ROLE}"
    for table, columns in FROZEN.items()
)
"""Said by the owner of the tables, when the role is there."""

STOP_SEALING: tuple[str, ...] = tuple(f"revoke all on {table} from {ROLE}" for table in FROZEN)

_EXCEPT = f"if tg_op = 'UPDATE' and current_user = '{ROLE}' then return new; end if;"

FROZEN_BUT_FOR_SEALING: tuple[str, ...] = (
    f"""
    create or replace function audit_events_are_append_only() returns trigger language plpgsql as $$
    begin
        {_EXCEPT}
        raise exception 'audit events are neither changed nor removed'
            using errcode = 'restrict_violation', constraint = tg_name;
    end $$
    """,
    f"""
    create or replace function events_are_append_only() returns trigger language plpgsql as $$
    begin
      {_EXCEPT}
      raise exception 'events of a matter are never changed: add another event';
    end $$
    """,
    f"""
    create or replace function decisions_are_frozen() returns trigger language plpgsql as $$
    begin
      {_EXCEPT}
      raise exception 'what was decided is never changed: decide anew';
    end $$
    """,
)
"""The triggers' functions, which let the vault's role pass. Which columns it may change is a matter of its grants."""

READ_TOGETHER: tuple[str, ...] = (
    """
    create function reads_leave_out_the_sealed() returns trigger language plpgsql as $$
    begin
      new.patient_ids := array(
        select n.id from unnest(new.patient_ids) with ordinality n(id, place)
        where n.id not in (
          select p.id from patients p where p.id = any(new.patient_ids) and p.status = 'invalidated'
          union all
          select p.id from patients p join patients s on s.id = p.merged_into
          where p.id = any(new.patient_ids) and s.status = 'invalidated')
        order by n.place);
      return new;
    end $$
    """,
    "create trigger reads_leave_out_the_sealed before insert on audit_events for each row"
    " when (new.action like '%.read' and cardinality(new.patient_ids) > 1)"
    " execute function reads_leave_out_the_sealed()",
)
"""Whoever reads a page or an inbox is kept with everybody on it; a record out of use is left out, lest a row that
names hardly anybody else say who it is now."""

READ_APART: tuple[str, ...] = (
    "drop trigger reads_leave_out_the_sealed on audit_events",
    "drop function reads_leave_out_the_sealed()",
)
"""For going back."""

FROZEN_AS_BEFORE: tuple[str, ...] = tuple(each.replace(_EXCEPT, "") for each in FROZEN_BUT_FOR_SEALING)
"""For going back."""
