"""Processes of the site on the database of the test that runs, to be killed there."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection


def environment_here(**more: str) -> dict[str, str]:
    """The environment of a process that works on this database."""
    return os.environ | {"DATABASE_URL": address_of_database(), "DEMO": "1"} | more


def address_of_database() -> str:
    """DATABASE_URL of the database that this process is connected to."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(name).resolve()}"
    given = urlsplit(os.environ["DATABASE_URL"])
    return given._replace(path=f"/{name}").geturl()
