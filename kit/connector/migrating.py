"""The database of a clinic is made, or brought up to this version: `kit migrate`.

An administrator's URL goes in, the schema and the role `kit_app` come out. It is the only command
that connects as anybody else than `kit_app`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kit.connector.postgres import SCHEMA, connected, meaning
from kit.errors import DatabaseEncodingError, DatabaseRefusedError, StoreTooNewError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import psycopg

#: The role that all other commands connect as.
ROLE = "kit_app"
#: What every store in the schema rests on.
BASE = Path(__file__).parent / "postgres_schema"
_ONE_AT_A_TIME = 0x6B69746D


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Tables of a library: all of it as it is now, and the steps that led there."""

    whole: str
    steps: Sequence[str]


def migrate(
    admin_url: str,
    password: str,
    stores: Mapping[str, Path | Borrowed],
    *,
    restored: bool = False,
) -> dict[str, int]:
    """Run the numbered steps of each store that the database lacks; how many steps each has now.

    With `restored` every case is marked as a copy, though the database stands where it stood.

    One at a time: whoever comes second waits, and finds nothing to do. Each step is done whole,
    with what kit_app may of it, or not at all; not all in one transaction, for a library's step may
    use what PostgreSQL lets nobody use in the one that made it. Who is interrupted runs it again,
    and meanwhile nobody works with what is not complete.

    Raises:
        LedgerError: the database cannot be reached, or refuses.
        DatabaseEncodingError: it is not in UTF-8.
        StoreTooNewError: it has steps that this program does not know.
    """
    all_stores = {"base": BASE, **stores}
    with connected(admin_url) as raw, meaning():
        if raw.info.parameter_status("server_encoding") != "UTF8":
            raise DatabaseEncodingError
        raw.execute("SET statement_timeout = 0")  # an index of much takes its time
        raw.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        raw.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        before = _done(raw)
        if any(
            before.get(store, 0) > len(steps_of(source)) for store, source in all_stores.items()
        ):
            raise StoreTooNewError
        _make_role(raw, password)
        for store, source in all_stores.items():
            _bring_up(raw, store, source, before.get(store, 0))
        with raw.transaction():
            _let_in(raw)
            if restored:
                raw.execute("SELECT mark_if_copied(true)")
        return _done(raw)


def password_of(url: str, role: str) -> str:
    """The password that the role has in this URL; none where it has none.

    Raises:
        DatabaseRefusedError: the URL is another role's.
    """
    from psycopg.conninfo import conninfo_to_dict

    with meaning():
        said = conninfo_to_dict(url)
    if said.get("user", role) != role:
        raise DatabaseRefusedError
    return str(said.get("password") or "")


def steps_of(source: Path | Borrowed) -> Sequence[str]:
    """The steps that lead to these tables, in order."""
    if isinstance(source, Borrowed):
        return source.steps
    return [path.read_text("utf-8") for path in sorted(source.glob("*.sql"))]


def _bring_up(raw: psycopg.Connection[Any], store: str, source: Path | Borrowed, done: int) -> None:
    steps = steps_of(source)
    if isinstance(source, Borrowed) and source.whole and not done:
        # the first time all at once; only the last step is written down
        _run(raw, source.whole, store, len(steps))
        return
    for number, step in enumerate(steps[done:], done + 1):
        _run(raw, step, store, number)


def _run(raw: psycopg.Connection[Any], step: str, store: str, number: int) -> None:
    with raw.transaction():
        raw.execute(step.encode())
        raw.execute("INSERT INTO schema_step (store, number) VALUES (%s, %s)", [store, number])
        _let_in(raw)


def _done(raw: psycopg.Connection[Any]) -> dict[str, int]:
    there = raw.execute("SELECT to_regclass('schema_step')").fetchone()
    if there is None or there[0] is None:
        return {}
    rows = raw.execute("SELECT store, max(number) FROM schema_step GROUP BY store").fetchall()
    return {row[0]: row[1] for row in rows}


def _make_role(raw: psycopg.Connection[Any], password: str) -> None:
    """The role may log in, owns nothing, and cannot pass row-level security by."""
    from psycopg import sql

    found = raw.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
    verb = sql.SQL("ALTER" if found else "CREATE")
    may = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION"
    raw.execute(
        sql.SQL("{} ROLE {} {} PASSWORD {}").format(
            verb, sql.Identifier(ROLE), sql.SQL(may), sql.Literal(_kept_as(raw, password))
        )
    )


def _kept_as(raw: psycopg.Connection[Any], password: str) -> str | None:
    """As the server keeps it: what it writes into its log of changes tells nobody the password."""
    if not password:
        return None
    return raw.pgconn.encrypt_password(password.encode(), ROLE.encode()).decode()


def _let_in(raw: psycopg.Connection[Any]) -> None:
    for sql in (
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {SCHEMA} TO {ROLE}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {SCHEMA} TO {ROLE}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {SCHEMA} TO {ROLE}",
        f"REVOKE INSERT, UPDATE, DELETE ON schema_step FROM {ROLE}",
    ):
        raw.execute(sql)
