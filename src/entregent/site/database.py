"""Where the working set is: SQLite in the data folder, or what ``DATABASE_URL`` names.

No sentence of this module repeats the value of ``DATABASE_URL``: it holds a password.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

NAME = "DATABASE_URL"
ENGINE = "entregent.site.postgresql"
EXAMPLE = "postgresql://user:password@host:5432/name?sslmode=require"
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
PARAMETERS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "host")
"""What may stand after the question mark: as PostgreSQL's own client names it."""

CONNECT_S = 10
LOCK_S = 20
"""How long one write waits for another, in both databases."""
STATEMENT_S = 300
IDLE_S = 300
"""How long a transaction may do nothing: a process that was put to sleep holds nobody up."""
KEPT_S = 60
"""How long an idle connection is kept open."""
POOL = {"min_size": 0, "max_size": 20, "timeout": CONNECT_S, "max_idle": KEPT_S}


def databases(environ: Mapping[str, str], home: Path) -> dict[str, dict[str, Any]]:
    """Return Django's ``DATABASES``.

    Parameters
    ----------
    environ
        Holds ``DATABASE_URL``, or nothing for SQLite in the data folder.
    home
        The data folder; a path without a fourth slash begins there.

    Raises
    ------
    ImproperlyConfigured
        With one sentence that names the variable and the remedy, and never the value.

    Examples
    --------
    >>> given = {"DATABASE_URL": "sqlite:///other.sqlite3"}
    >>> databases(given, Path("/srv"))["default"]["NAME"]
    PosixPath('/srv/other.sqlite3')
    """
    given = environ.get(NAME, "").strip()
    if not given:
        return {"default": _sqlite(home / "entregent.sqlite3")}
    try:
        url = urlsplit(given)
        port = url.port
    except ValueError:
        raise _refusal("cannot be read") from None
    if url.scheme == "sqlite":
        path = unquote(url.path.removeprefix("/"))
        if url.netloc or url.query or url.fragment or not path:
            raise ImproperlyConfigured(
                f"{NAME} names no file; write for example sqlite:////var/lib/entregent/data.sqlite3."
            )
        return {"default": _sqlite(home / path)}
    if url.scheme not in {"postgresql", "postgres"}:
        raise _refusal("begins neither with postgresql:// nor with sqlite:///")
    _require_client()
    return {"default": _postgresql(url, port)}


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": LOCK_S,
            # A transaction that begins by reading would otherwise fail when it comes to write.
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON"
            ),
        },
    }


def _postgresql(url: SplitResult, port: int | None) -> dict[str, Any]:
    name = unquote(url.path.removeprefix("/"))
    if url.fragment or "@" in url.path:
        raise _refusal("cannot be read")
    if not name or "/" in name:
        raise _refusal("names no database")
    parameters = dict(parse_qsl(url.query, keep_blank_values=True))
    for each in parameters:
        if each not in PARAMETERS:
            raise ImproperlyConfigured(
                f"{NAME} gives a parameter that is not known; after the question mark may stand "
                f"{', '.join(PARAMETERS)}."
            )
    if parameters.get("sslmode", "prefer") not in SSL_MODES:
        raise ImproperlyConfigured(
            f"The sslmode in {NAME} is not known; write one of {', '.join(SSL_MODES)}."
        )
    # A folder of sockets cannot stand where a host does.
    host = parameters.pop("host", "") or unquote(url.hostname or "")
    limits = {
        "statement_timeout": STATEMENT_S,
        "lock_timeout": LOCK_S,
        "idle_in_transaction_session_timeout": IDLE_S,
    }
    return {
        "ENGINE": ENGINE,
        "NAME": name,
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_MAX_AGE": KEPT_S,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": CONNECT_S,
            "application_name": "entregent",
            "options": " ".join(
                ["-c TimeZone=UTC", *(f"-c {each}={limits[each]}s" for each in limits)]
            ),
            **parameters,
        },
    }


def _require_client() -> None:
    try:
        import psycopg  # noqa: F401 (only looked for)
        import psycopg_pool  # noqa: F401 (as above)
    except ImportError:
        raise ImproperlyConfigured(
            f"{NAME} names PostgreSQL, and its client is not installed; "
            "install it with: pip install 'entregent[postgres]'."
        ) from None


def _refusal(what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{NAME} {what}; write {EXAMPLE}, "
        "with %40 for @, %3A for :, %2F for /, %3F for ? and %23 for # in names and passwords."
    )


def pool_connections() -> None:
    """Let requests share connections.

    The site answers each request in a thread of its own, so that a connection of the thread's own
    would be opened for one page and left behind.
    """
    from django.db import connections

    settings = connections.settings["default"]
    if settings["ENGINE"] == ENGINE:
        connections.close_all()
        settings["CONN_MAX_AGE"] = 0
        settings["OPTIONS"]["pool"] = POOL
