"""The public doors: a small run of what benchmarks/soak_intake.py does at length."""

import pytest

from buurtgezinnen.tests import fuzzing, guessing, pressing, robots
from buurtgezinnen.tests.world import make_world
from families.forms.guard import BAIT
from families.tests.applying import served


@pytest.fixture
def town(db):
    return served()


@pytest.mark.parametrize("name", robots.TARGETS)
def test_a_robot_gets_little_and_a_family_beside_it_everything(town, name):
    found = robots.let_loose(name, 12)

    assert found["faults"] == []


@pytest.mark.parametrize("name", guessing.PAGES)
def test_answer_tells_of_no_code_that_it_is_known(town, name):
    found = guessing.compare(name, 2)

    assert found["faults"] == []


@pytest.mark.django_db(transaction=True)
def test_application_that_is_sent_by_many_presses_is_one():
    served()

    found = pressing.press_together(8)

    assert found["faults"] == []


@pytest.mark.django_db
def test_every_page_of_the_intake_that_is_filled_in_is_guarded():
    served()

    unguarded = [
        page.name
        for page in fuzzing.public_forms(make_world())
        if page.name.startswith("intake:")
        and (answer := page.client().get(page.url)).status_code == 200
        and f'name="{BAIT}"' not in answer.text
    ]

    # Buttons only: to go on with a draft, and for who has sent it already.
    assert unguarded == [
        "intake:resume-link",
        "intake:done steun-vragen",
        "intake:done steun-geven",
    ]


@pytest.mark.django_db
def test_no_bad_post_breaks_a_public_form():
    found = fuzzing.try_all_forms(1)

    assert found["faults"] == []
    assert found["server_errors"] == 0
