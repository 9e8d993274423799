"""No page takes more queries when more families come; benchmarks try it with 1,000."""

import pytest

from buurtgezinnen.tests.crowd import queries_of_pages, settle
from buurtgezinnen.tests.world import make_world


@pytest.mark.django_db
@pytest.mark.sweep
def test_pages_take_as_many_queries_for_few_families_as_for_many():
    world = make_world()
    settle(world, 1)
    few = queries_of_pages(world)

    settle(world, 4)
    many = queries_of_pages(world)

    grown = {name: (few[name], n) for name, n in many.items() if n != few[name]}
    assert grown == {}
    # A file of everything reads each kind of row that there is, once.
    assert many.pop("family-export") == 77
    assert max(many.values()) < 45
