import dataclasses

import numpy as np
import pytest

from matching.core.criteria import NEVER_USED
from matching.core.pool import Offers, Requests
from matching.tests.pools import offers, pool, requests, take


@pytest.mark.parametrize(
    ("column", "array", "message"),
    [
        ("kinds", np.zeros(2, np.int32), "requests.kinds: expected int64, got int32"),
        ("kinds", [0, 0], "requests.kinds: expected int64, got list"),
        ("kinds", np.zeros(3, np.int64), r"requests.kinds: expected shape \(2,\)"),
        ("kinds", np.array([1, -1]), "requests.kinds: -1 is not 0 to"),
        ("moments", np.array([0, 1 << 57]), "requests.moments: .* is not 0 to"),
        ("moments", np.array([0, 1]), "requests.moments: set where not known"),
        ("frequency", np.array([0, 5], np.int8), "requests.frequency: 5 is not 0 to 4"),
        ("x_m", np.array([0, np.inf]), "requests.x_m: inf is not"),
        ("max_distance_m", np.array([0, np.nan]), "requests.max_distance_m: 0.0 is"),
        ("ages", np.array([0, 1 << 18], np.int32), "requests.ages: 262144 is not"),
        ("home_facts", np.zeros(2, np.int8), r"home_facts: expected shape \(2, 5\)"),
        ("home_demands", np.full((2, 5), 4, np.int8), "home_demands: 4 is not 0 to 3"),
        ("custody", np.array([0, 3], np.int8), "requests.custody: 3 is not 0 to 2"),
        ("key", np.array([7, 7]), "requests.key: not unique"),
    ],
)
def test_requests_refuse_a_bad_column_by_name(column, array, message):
    good = requests(2)

    with pytest.raises(ValueError, match=message):
        dataclasses.replace(good, **{column: array})


def test_offers_refuse_places_below_zero():
    with pytest.raises(ValueError, match=r"offers.places_free: -1 is not 0 to"):
        offers(1, places_free=-1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"may_meet": [[True, True]]}, "may_meet: expected a square"),
        ({"excluded": [(0, 1)]}, r"excluded: a pair lies outside \(1, 1\)"),
        ({"excluded": [(-1, 0)]}, "excluded: a pair lies outside"),
    ],
)
def test_pool_refuses_what_points_nowhere(arguments, message):
    with pytest.raises(ValueError, match=message):
        pool(requests(), offers(), **arguments)


def test_pool_refuses_a_municipality_it_does_not_know():
    with pytest.raises(ValueError, match=r"offers.municipality: not among the 3"):
        pool(requests(), offers(municipality=3))


def test_columns_cannot_be_written_to():
    asked = requests(1)

    with pytest.raises(ValueError, match="read-only"):
        asked.kinds[0] = 1


def test_rows_can_be_taken_in_another_order():
    asked = requests(3, kinds=[1, 2, 4])

    assert take(asked, np.array([2, 0])).kinds.tolist() == [4, 1]
    assert len(asked) == 3


def test_no_column_holds_what_is_never_used():
    columns = {f.name for side in (Requests, Offers) for f in dataclasses.fields(side)}

    words = {word for name in columns for word in name.split("_")}

    assert words & {word for code in NEVER_USED for word in code.split("_")} == set()
