"""Says in one sentence what keeps the site from starting on this machine."""

import os
import socket
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "buurtgezinnen.settings")
# libpq waits for minutes on an address that does not answer.
os.environ.setdefault("PGCONNECT_TIMEOUT", "5")

HIGHEST_PORT = 65535


def port_problem(told: str) -> str | None:
    if not told.isdecimal() or not 1 <= int(told) <= HIGHEST_PORT:
        return f"PORT is '{told}' and not a number from 1 to {HIGHEST_PORT}."
    with socket.socket() as probe:
        # As the server does: a port that was just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(told)))
        except PermissionError:
            return f"Port {told} is not for you. Try: make start PORT=8000"
        except OSError:
            other = int(told) % HIGHEST_PORT + 1
            return f"Port {told} is in use. Try another: make start PORT={other}"
    return None


def settings_problem() -> str | None:
    import django  # noqa: PLC0415 - settings are read here, so that they may fail here
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    try:
        django.setup()
    except ImproperlyConfigured as error:
        return f"The settings are not right. {error}"
    return None


def database_problem() -> str | None:
    from django.db import DatabaseError, connection  # noqa: PLC0415
    from django.db.utils import NotSupportedError  # noqa: PLC0415

    needed = connection.features.minimum_database_version
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < needed:
        least = ".".join(map(str, needed))
        return f"SQLite {least} is needed; Python has {sqlite3.sqlite_version}."
    try:
        connection.ensure_connection()
        connection.check_database_version_supported()
    except NotSupportedError as error:
        return f"The database is too old. {error}"
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        return f"The database of DATABASE_URL cannot be reached: {reason}"
    return None


if __name__ == "__main__":
    sys.exit(
        port_problem(os.environ.get("PORT", "8000"))
        or settings_problem()
        or database_problem()
    )
