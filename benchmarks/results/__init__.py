"""Writes the figures of a measurement down, with what is needed to compare them."""

import datetime as dt
import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.db import connection

FOLDER = Path(__file__).parent
PACKAGES = ("Django", "numpy", "scipy", "psycopg2-binary", "gunicorn")
# What is compared with, where it is installed.
PEERS = ("ortools", "networkx", "matching")


def machine() -> dict[str, Any]:
    """What the measurement ran on, without a name that leads to it."""
    told = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in told if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30, 1),
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
    }


def versions() -> dict[str, str]:
    """Python, the database in use and the packages that decide how fast we are."""
    connection.ensure_connection()
    database = ".".join(map(str, connection.get_database_version()))
    return {
        "Python": platform.python_version(),
        connection.display_name: database,
        **{name: version(name) for name in PACKAGES},
        **{peer: version(peer) for peer in PEERS if _is_installed(peer)},
    }


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def save(name: str, figures: dict[str, Any]) -> Path:
    """Write `figures` to `results/<name>.json` and return where that is.

    Args:
        name: of the measurement, as its script is called.
        figures: what was measured; each key carries its unit (`load_seconds`).
    """
    path = FOLDER / f"{name}.json"
    result = {
        "measured_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "figures": figures,
    }
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    return path
