"""Many callers at one moment, for tests that must not depend on luck."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

GATE_SECONDS = 20

Result = TypeVar("Result")


def together(n: int, call: Callable[[int], Result]) -> list[Result | Exception]:
    """Results of `call(0)` … `call(n - 1)`, all let go at the same moment.

    Each call runs in a thread with database connections of its own, so the test needs
    `django_db(transaction=True)`. An exception takes the place of its result; a test
    asserts on the whole list, or an error would pass for a refusal.
    """
    gate = threading.Barrier(n, timeout=GATE_SECONDS)

    def one(number: int) -> Result | Exception:
        try:
            gate.wait()
            return call(number)
        except Exception as error:  # noqa: BLE001 - handed to the test as it is
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(one, range(n)))
