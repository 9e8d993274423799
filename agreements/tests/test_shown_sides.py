"""Who reads what which family of a pairing said."""

import datetime as dt

import pytest

from agreements.shown.sides import sides_read_by
from agreements.tests.factories import make_pairing
from families.tests.factories import CoordinatorFactory, MunicipalityFactory
from matching.models import Pairing

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
BOTH = {"request", "support"}


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))


@pytest.fixture
def across():
    """A pairing of two municipalities, guided from that of the request family."""
    pairing = make_pairing()
    household = pairing.offer.family.household
    household.municipality = MunicipalityFactory(name="Uithoorn")
    household.save()
    return pairing


def there(pairing):
    """A coordinator of the support family."""
    return CoordinatorFactory(
        municipalities=[pairing.offer.family.household.municipality]
    )


def here(pairing):
    """A coordinator of the request family who does not guide the pairing."""
    return CoordinatorFactory(
        municipalities=[pairing.request.family.household.municipality]
    )


def deputise(pairing, deputy, *, first=TODAY, last=TODAY):
    lead = pairing.lead
    lead.deputy, lead.deputy_from, lead.deputy_until = deputy, first, last
    lead.save()


def read_by(coordinator, pairing):
    return sides_read_by(coordinator.user, Pairing.objects.get(pk=pairing.pk))


def test_who_guides_the_pairing_reads_both(across):
    assert read_by(across.lead, across) == BOTH


def test_colleagues_read_the_families_of_their_own_municipalities(across):
    assert read_by(there(across), across) == {"support"}
    assert read_by(here(across), across) == {"request"}
    assert read_by(CoordinatorFactory(), across) == set()


def test_within_one_municipality_colleagues_read_both():
    pairing = make_pairing()

    assert read_by(here(pairing), pairing) == BOTH


def test_a_deputy_of_the_lead_reads_what_she_reads_so_long_as_it_lasts(across):
    deputy = CoordinatorFactory()

    deputise(across, deputy)
    today = read_by(deputy, across)
    deputise(across, deputy, first=TODAY - 9 * DAY, last=TODAY - DAY)
    over = read_by(deputy, across)
    deputise(across, deputy, first=TODAY + DAY, last=TODAY + 9 * DAY)

    assert (today, over, read_by(deputy, across)) == (BOTH, set(), set())


def test_a_deputy_of_a_colleague_reads_what_that_colleague_reads(across):
    deputy = CoordinatorFactory()
    other = here(across)
    other.deputy, other.deputy_from, other.deputy_until = deputy, TODAY, TODAY
    other.save()

    assert read_by(deputy, across) == {"request"}
