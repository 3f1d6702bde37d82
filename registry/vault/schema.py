"""What the vault is made of: a role that nobody logs in as, a schema of its own, and a window with two counts.

Made by migration 0014 where the register's user may make roles, else by `registry vault setup`.
Everything here may be repeated. A later change adds to `MADE` and has a migration of its own.
"""

ROLE = "registry_vault"
"""Owner of the schema and everything in it. One for all databases of a server."""

MAKE_ROLE = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{ROLE}') then
    create role {ROLE} nologin;
  end if;
exception when duplicate_object or unique_violation then
  null;  -- another database of this server is being set up at this moment
end $$
"""

ENTER_ROLE = f"""
do $$ begin
  if not pg_has_role(session_user, '{ROLE}', 'SET') then
    execute format('grant {ROLE} to %I with inherit false, set true', session_user);
  end if;
exception when unique_violation then
  null;
end $$
"""

MAKE_SCHEMAS = f"""
do $$ begin
  if to_regnamespace('vault') is null then
    create schema vault authorization {ROLE};
  end if;
  if to_regnamespace('vault_window') is null then
    create schema vault_window authorization {ROLE};
  end if;
end $$
"""

FOR_GOOD = ("audit", "case_events")
"""Tables whose rows are added and never changed."""

MADE: tuple[str, ...] = (
    """
    create table if not exists vault.keys (
      mark bytea primary key,
      since timestamptz not null
    )
    """,
    """
    create table if not exists vault.cases (
      id uuid primary key,
      version integer not null default 1,
      old_ref bytea not null,
      new_ref bytea,
      due_at timestamptz,
      closed_at timestamptz,
      sealed bytea not null,
      constraint open_case_is_due check ((closed_at is null) = (due_at is not null))
    )
    """,
    "create index if not exists cases_due on vault.cases (due_at) where closed_at is null",
    "create index if not exists cases_old_ref on vault.cases (old_ref)",
    "create index if not exists cases_new_ref on vault.cases (new_ref)",
    """
    create table if not exists vault.case_events (
      id uuid primary key,
      case_id uuid not null references vault.cases,
      version integer not null,
      at timestamptz not null,
      digest bytea not null,
      sealed bytea not null,
      unique (case_id, version)
    )
    """,
    """
    create table if not exists vault.links (
      id uuid primary key,
      old_ref bytea not null,
      new_ref bytea not null,
      old_number_ref bytea,
      new_number_ref bytea,
      sealed bytea not null,
      unique (old_ref, new_ref)
    )
    """,
    "create index if not exists links_new_ref on vault.links (new_ref)",
    "create index if not exists links_old_number_ref on vault.links (old_number_ref)",
    "create index if not exists links_new_number_ref on vault.links (new_number_ref)",
    """
    create table if not exists vault.sealed_rows (
      id uuid primary key,
      about bytea not null,
      sealed bytea not null
    )
    """,
    "create index if not exists sealed_rows_about on vault.sealed_rows (about)",
    """
    create table if not exists vault.private (
      id uuid primary key,
      ref bytea not null unique,
      sealed bytea not null
    )
    """,
    """
    create table if not exists vault.grants (
      id uuid primary key,
      asked_at timestamptz not null,
      asked_by text not null,
      granted_at timestamptz,
      granted_by text,
      expires_at timestamptz,
      sealed bytea not null,
      constraint never_by_oneself check (granted_by <> asked_by),
      constraint granted_is_said_whole check (num_nonnulls(granted_at, granted_by, expires_at) in (0, 3))
    )
    """,
    """
    create table if not exists vault.audit (
      id uuid primary key,
      at timestamptz not null,
      actor_kind text not null,
      actor_name text not null,
      action text not null,
      request_id text,
      digest bytea not null,
      sealed bytea not null
    )
    """,
    "create index if not exists audit_at on vault.audit (at)",
    """
    create or replace function vault.rows_stay() returns trigger language plpgsql set search_path = pg_catalog as $$
    begin
      -- A change of keys seals a row anew. What it says cannot change with it: its digest stays.
      if tg_op = 'UPDATE' and current_setting('vault.rotating', true) = 'on' then
        if (to_jsonb(new) - 'sealed') = (to_jsonb(old) - 'sealed') then
          return new;
        end if;
      end if;
      raise exception 'rows of vault.% are added, never changed', tg_table_name using errcode = 'restrict_violation';
    end $$
    """,
    *(
        statement
        for table in FOR_GOOD
        for statement in (
            f"create or replace trigger rows_stay before update or delete on vault.{table}"
            " for each row execute function vault.rows_stay()",
            f"create or replace trigger rows_stay_all before truncate on vault.{table}"
            " for each statement execute function vault.rows_stay()",
        )
    ),
    """
    create or replace function vault_window.identity_cases(now timestamptz, out open bigint, out late bigint)
      language sql stable security definer set search_path = pg_catalog, pg_temp
      begin atomic
        select count(*), count(*) filter (where due_at <= now) from vault.cases where closed_at is null;
      end
    """,
    "revoke all on function vault_window.identity_cases(timestamptz) from public",
)
"""What the schemas hold, in the order in which it is made, by the role that owns it."""

OPEN_WINDOW = (
    "do $$ begin execute format('grant usage on schema vault_window to %I', session_user);"
    " execute format('grant execute on function vault_window.identity_cases(timestamptz) to %I', session_user); end $$"
)
"""Said by the owner: whoever connected may ask how many cases are open, and nothing else."""

UNMADE = ("drop schema if exists vault_window cascade", "drop schema if exists vault cascade")
