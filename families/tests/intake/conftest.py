"""What tests of the applications share."""

import pytest
import time_machine

from families.tests.applying import MONDAY


@pytest.fixture(autouse=True)
def monday():
    """The clock stands still on a Monday morning."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock
