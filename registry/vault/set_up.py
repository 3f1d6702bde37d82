"""Making the vault, as far as the database's user may; and the SQL for somebody who may more."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from registry.vault.schema import ENTER_ROLE, MADE, MAKE_ROLE, MAKE_SCHEMAS, OPEN_WINDOW, ROLE, UNMADE
from registry.vault.sealing import LET_SEAL, STOP_SEALING

_STANDING = text(
    "select current_setting('server_version_num')::integer as server, session_user::text as us,"
    " current_database()::text as database, me.rolsuper as superuser, me.rolcreaterole as makes_roles,"
    " vault.oid is not null as role_there, coalesce(pg_has_role(me.oid, vault.oid, :may_set), false) as may_enter,"
    " coalesce(pg_has_role(me.oid, vault.oid, 'MEMBER WITH ADMIN OPTION'), false) as may_let_in,"
    " coalesce(pg_has_role(me.oid, vault.oid, 'USAGE'), false) as inherits,"
    " to_regnamespace('vault') is not null and to_regnamespace('vault_window') is not null as schemas_there,"
    " exists (select from pg_class c where c.relname = 'audit' and c.relnamespace = to_regnamespace('vault'))"
    " as tables_there,"
    " has_database_privilege(current_database(), 'create') as makes_schemas"
    " from pg_roles me left join pg_roles vault on vault.rolname = :role where me.rolname = session_user"
)
_BECOME = text("select set_config('role', :role, true)")
_ROLE = text("select current_setting('role')")

OLDEST_SERVER = 160000
"""PostgreSQL 16 is the first that lets a role be entered without its rights being had all the time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands to the vault: what is there, and what its user may."""

    server: int
    us: str
    database: str
    superuser: bool
    makes_roles: bool
    role_there: bool
    may_enter: bool
    may_let_in: bool
    inherits: bool
    schemas_there: bool
    tables_there: bool
    makes_schemas: bool

    @property
    def is_set_up(self) -> bool:
        """Whether the vault can be opened, if there is a key."""
        return self.may_enter and self.schemas_there and self.tables_there

    @property
    def can_be_set_up(self) -> bool:
        """Whether this user can make what is missing."""
        role = self.may_enter or (self.may_let_in if self.role_there else self.makes_roles)
        return self.server >= OLDEST_SERVER and role and (self.schemas_there or self.makes_schemas)


def standing(connection: Connection) -> Standing:
    """How the database stands to the vault. Before PostgreSQL 16 there is none."""
    server: int = connection.execute(text("select current_setting('server_version_num')::integer")).scalar_one()
    may_set = "SET" if server >= OLDEST_SERVER else "MEMBER"
    row = connection.execute(_STANDING, {"role": ROLE, "may_set": may_set}).one()
    return Standing(**row._mapping)


def set_up(connection: Connection) -> bool:
    """Make what is missing of role, schemas and tables, where the user may. Returns whether the vault is there.

    What is there stays as it is; two that do so at once, in one database or in two of one server, both end well.
    """
    if not standing(connection).can_be_set_up:
        return False
    before = connection.execute(_ROLE).scalar_one()
    for statement in (MAKE_ROLE, ENTER_ROLE, MAKE_SCHEMAS):
        connection.exec_driver_sql(statement)
    connection.execute(_BECOME, {"role": ROLE})
    for statement in (*MADE, OPEN_WINDOW):
        connection.exec_driver_sql(statement)
    connection.execute(_BECOME, {"role": before})
    for statement in LET_SEAL:
        connection.exec_driver_sql(statement)
    return True


def take_down(connection: Connection) -> None:
    """Remove the schemas and what is in them. The role stays: other databases of the server may use it."""
    if not standing(connection).may_enter:
        return
    before = connection.execute(_ROLE).scalar_one()
    connection.execute(_BECOME, {"role": ROLE})
    for statement in UNMADE:
        connection.exec_driver_sql(statement)
    connection.execute(_BECOME, {"role": before})
    for statement in STOP_SEALING:
        connection.exec_driver_sql(statement)


def empty(connection: Connection) -> None:
    """Make the vault anew with nothing in it: for development, where the register is emptied too."""
    if standing(connection).is_set_up:
        take_down(connection)
        set_up(connection)


def sql_for_administrator(found: Standing) -> str:
    """What somebody carries out who may make roles: role, grant and schemas. The tables are the register's work."""
    us, database = _quoted(found.us), _quoted(found.database)
    return "\n".join(
        (
            f"-- As an administrator, in the database {database} (\\connect {database}):",
            MAKE_ROLE.strip() + ";",
            f"grant {ROLE} to {us} with inherit false, set true;",
            f"create schema if not exists vault authorization {ROLE};",
            f"create schema if not exists vault_window authorization {ROLE};",
            "-- Then, as the register: registry vault setup",
        )
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
