"""What a database is made of, as PostgreSQL itself tells it, for comparing two of them."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_OURS = "n.nspname = 'public' and c.relname not like 'pgqueuer%' and c.relname <> 'alembic_version'"

_QUESTIONS = (
    f"""
    select format('column %s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end,
        case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end,
        coalesce(case when a.attgenerated <> '' then ' generated ' else ' default ' end
            || pg_get_expr(d.adbin, d.adrelid), ''))
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and {_OURS}
    """,
    f"""
    select format('constraint %s.%s %s', c.relname, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype <> 'n' and {_OURS}
    """,
    f"""
    select format('index %s', pg_get_indexdef(i.indexrelid))
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    where {_OURS}
    """,
)


async def catalogue(connection: AsyncConnection) -> set[str]:
    """One line for each column, constraint and index of the register."""
    lines: set[str] = set()
    for question in _QUESTIONS:
        lines.update((await connection.execute(text(question))).scalars())
    return lines
