"""Wishes as they are written down: values, sources, places and pauses."""

import datetime as dt
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from buurtgezinnen.tests.concurrency import together
from families.models import AuditEvent, Membership, StageChange, SupportRequest, Task
from families.services.contact import note_contact
from families.services.households import ChangedMeanwhile, NotPossibleNow
from families.services.pauses import pause, resume
from families.services.stages import change_stage
from families.services.wishes import WishRows, change_wishes
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    PersonFactory,
    SupportFamilyFactory,
    SupportOfferFactory,
    SupportRequestFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
FRIDAY = dt.date(2026, 11, 20)
CHRISTMAS = dt.date(2026, 12, 25)
AT_NINE = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def by():
    return CoordinatorFactory().user


def rows(wishes):
    return WishRows.of(wishes, on=MONDAY)


def change(wishes, by, *, source="visit", version=None, **changes):
    return change_wishes(
        wishes,
        {name.replace("__", "-"): value for name, value in changes.items()},
        version=rows(wishes).version if version is None else version,
        source=source,
        told_on=FRIDAY,
        on=MONDAY,
        at=AT_NINE,
        by=by,
    )


def sources(wishes):
    return {one.field: (one.source, one.on, one.by) for one in wishes.sources.all()}


def test_change_writes_values_with_their_source(by):
    request = SupportRequestFactory()

    changed = change(request, by, no_dog="limit", max_distance_km=Decimal("2.5"))

    assert changed == ["no_dog", "max_distance_km"]
    assert (request.no_dog, request.max_distance_km) == ("limit", Decimal("2.5"))
    assert request.row_version == 2
    assert sources(request) == {
        "no_dog": ("visit", FRIDAY, by),
        "max_distance_km": ("visit", FRIDAY, by),
    }
    assert [event.fields for event in AuditEvent.objects.all()] == [
        "max_distance_km no_dog"
    ]


def test_a_later_source_takes_the_place_of_the_former(by):
    request = SupportRequestFactory()
    change(request, by, no_dog="limit")

    change(request, by, source="message", no_dog="wish")

    assert sources(request) == {"no_dog": ("message", FRIDAY, by)}


def test_not_asked_yet_takes_the_source_away(by):
    request = SupportRequestFactory()
    change(request, by, no_dog="limit", frequency="monthly", dog=False)

    change(request, by, no_dog="not_asked", dog=None)

    assert sources(request) == {"frequency": ("visit", FRIDAY, by)}


def test_a_change_to_what_stands_there_leaves_no_trace(by):
    request = SupportRequestFactory(no_dog="limit")

    assert change(request, by, no_dog="limit", kinds=request.kinds) == []
    assert (sources(request), request.row_version) == ({}, 1)
    assert list(AuditEvent.objects.all()) == []


def test_change_refuses_what_is_no_wish(by):
    request = SupportRequestFactory()

    with pytest.raises(ValueError, match="stage"):
        change(request, by, stage="ended")


@pytest.mark.parametrize("who", ["wishes", "household", "adult", "child"])
def test_change_refuses_an_older_version_of_any_row(by, who):
    request = SupportRequestFactory()
    household = request.family.household
    adult = MembershipFactory(household=household).person
    version = rows(request).version
    child = request.children.get()
    row = {"wishes": request, "household": household, "adult": adult, "child": child}
    type(row[who]).objects.filter(pk=row[who].pk).update(row_version=2)

    with pytest.raises(ChangedMeanwhile):
        change(request, by, version=version, no_dog="limit")

    request.refresh_from_db()
    assert (request.no_dog, sources(request)) == ("not_asked", {})


def test_change_of_an_offer_refuses_an_older_version_of_the_family(by):
    offer = SupportOfferFactory()
    version = rows(offer).version
    type(offer.family).objects.update(row_version=2)

    with pytest.raises(ChangedMeanwhile):
        change(offer, by, version=version, no_dog="limit")


def test_languages_are_those_of_a_person(by):
    request = SupportRequestFactory()
    household = request.family.household
    one, other = MembershipFactory.create_batch(2, household=household)

    change(request, by, **{f"languages__{one.person.reference}": 0b101})

    one.person.refresh_from_db()
    other.person.refresh_from_db()
    assert (one.person.languages, other.person.languages) == (0b101, 0)
    assert sources(request) == {"languages": ("visit", FRIDAY, by)}


def test_an_age_nobody_told_is_kept_with_its_day(by):
    child = PersonFactory(name="Sem")
    request = SupportRequestFactory(children=[child])

    change(request, by, **{f"age__{child.reference}": 6})

    child.refresh_from_db()
    assert (child.age_told, child.age_told_on) == (6, FRIDAY)
    assert sources(request) == {}


def test_children_of_the_request_are_chosen(by):
    request = SupportRequestFactory()
    sem = request.children.get()
    noor = MembershipFactory(
        household=request.family.household, person=PersonFactory(child=True)
    ).person
    Membership.objects.filter(person=noor).update(role="child")

    assert change(request, by, children=(noor.pk,)) == ["children"]

    assert list(request.children.all()) == [noor]
    assert sem != noor
    assert (request.row_version, list(sources(request))) == (2, ["children"])


def test_facts_of_the_home_have_one_source_for_all_that_a_household_says(by):
    request = SupportRequestFactory()
    household = request.family.household
    offer = SupportOfferFactory(family=SupportFamilyFactory(household=household))
    elsewhere = SupportRequestFactory()

    change(request, by, dog=False, no_dog="limit")

    household.refresh_from_db()
    told = ("visit", FRIDAY, by)
    assert (household.dog, household.row_version) == (False, 2)
    assert sources(request) == {"dog": told, "no_dog": told}
    assert sources(offer) == {"dog": told}
    assert sources(elsewhere) == {}


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1), (2, 2)])
def test_places_come_and_go(by, before, after):
    offer = SupportOfferFactory(family=SupportFamilyFactory(places=before))

    change(offer, by, places=after)

    numbers = offer.family.places.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, after + 1))
    assert offer.family.row_version == 1 + (before != after)


def test_a_new_place_takes_the_number_that_is_free(by):
    offer = SupportOfferFactory(family=SupportFamilyFactory(places=3))
    offer.family.places.filter(number=1).delete()

    change(offer, by, places=3)

    numbers = offer.family.places.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]


def open_tasks(offer):
    tasks = offer.family.household.tasks.open().order_by("pk")
    return [(task.kind, task.about, task.due_on) for task in tasks]


def test_a_pause_ends_with_a_task(by):
    offer = SupportOfferFactory()

    change(offer, by, pause=CHRISTMAS)

    assert (offer.stage, offer.paused_until) == ("paused", CHRISTMAS)
    assert open_tasks(offer) == [("next_step", offer.reference, CHRISTMAS)]
    assert sources(offer) == {}


def test_another_end_of_a_pause_moves_the_task(by):
    offer = SupportOfferFactory()
    change(offer, by, pause=CHRISTMAS)
    later = dt.date(2027, 1, 8)

    change(offer, by, pause=later)

    assert open_tasks(offer) == [("next_step", offer.reference, later)]
    change(offer, by, pause=True)
    assert (offer.stage, offer.paused_until, open_tasks(offer)) == ("paused", None, [])


def test_an_offer_that_is_available_again_needs_no_task(by):
    offer = SupportOfferFactory()
    pause(offer, until=CHRISTMAS, on=MONDAY, at=AT_NINE, by=by)

    change(offer, by, pause=False)

    task = Task.objects.get()
    assert (offer.stage, offer.paused_until) == ("available", None)
    assert (task.done_at, task.done_by) == (AT_NINE, by)
    history = StageChange.objects.order_by("pk").values_list("stage", flat=True)
    assert list(history) == ["available", "paused", "available"]


def test_a_pause_that_ends_otherwise_keeps_no_day(by):
    offer = SupportOfferFactory()
    pause(offer, until=CHRISTMAS, on=MONDAY, at=AT_NINE, by=by)

    change_stage(offer, to="ended", on=MONDAY, by=by)

    offer.refresh_from_db()
    assert (offer.stage, offer.paused_until) == ("ended", None)


def test_only_what_is_available_pauses(by):
    offer = SupportOfferFactory(stage="talking")

    with pytest.raises(NotPossibleNow):
        change(offer, by, pause=CHRISTMAS, no_dog="limit")

    with pytest.raises(NotPossibleNow):
        resume(offer, on=MONDAY, at=AT_NINE, by=by)
    offer.refresh_from_db()
    assert (offer.no_dog, open_tasks(offer)) == ("not_asked", [])


@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_once_one_wins():
    """Each has read the same version; the others are told."""
    request = SupportRequestFactory()
    by = CoordinatorFactory().user
    version = rows(request).version
    asked = ["no_dog", "no_cat", "no_other_animal", "no_smoking", "no_stairs"]

    def save(number):
        mine = SupportRequest.objects.get(pk=request.pk)
        return change(mine, by, version=version, **{asked[number]: "limit"})

    results = together(len(asked), save)

    request.refresh_from_db()
    saved = [result for result in results if isinstance(result, list)]
    others = [type(result) for result in results if not isinstance(result, list)]
    assert others == [ChangedMeanwhile] * 4
    assert [name for name in asked if getattr(request, name) == "limit"] == saved[0]
    assert (len(saved), list(sources(request))) == (1, saved[0])


@pytest.mark.django_db(transaction=True)
def test_who_notes_a_talk_while_another_saves_waits_for_nobody_in_vain():
    """Both lock the household before the request."""
    request = SupportRequestFactory(stage="applied")
    household = request.family.household
    by = CoordinatorFactory().user
    version = rows(request).version

    def act(number):
        if number % 2:
            mine = SupportRequest.objects.get(pk=request.pk)
            return change(mine, by, version=version, no_dog="limit")
        return note_contact(
            household,
            kind="telephone",
            outcome="reached",
            happened_on=MONDAY,
            at=AT_NINE,
            by=by,
            form_key=uuid.uuid4(),
        ).is_new

    results = together(6, act)

    request.refresh_from_db()
    assert [result for result in results if result is True] == [True] * 3
    assert [result for result in results if isinstance(result, list)] == [["no_dog"]]
    assert [type(one) for one in results if isinstance(one, Exception)] == [
        ChangedMeanwhile
    ] * 2
    assert (request.stage, request.no_dog) == ("talking", "limit")
