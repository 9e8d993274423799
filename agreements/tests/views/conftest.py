"""Who most tests of pages of agreements begin with."""

import pytest

from agreements.tests.factories import make_pairing


@pytest.fixture
def pairing():
    return make_pairing()


@pytest.fixture
def lead(client, pairing):
    """The client of the coordinator who guides the pairing."""
    client.force_login(pairing.lead.user)
    return client
