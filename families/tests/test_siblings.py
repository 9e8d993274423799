"""Brothers and sisters apart, each with a request, or together in one."""

import datetime as dt

import pytest

from families.models import ContactMoment, FactSource, SupportRequest, Task
from families.services import siblings
from families.services.households import NotPossibleNow
from families.services.sources import note_sources
from families.services.stages import change_stage
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    PersonFactory,
    RequestFamilyFactory,
    SupportRequestFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def by():
    return CoordinatorFactory().user


@pytest.fixture
def request_of_three():
    """A request that waits since 5 January, for three children."""
    family = RequestFamilyFactory()
    children = [
        MembershipFactory(
            household=family.household,
            person=PersonFactory(child=True, name=name),
            role="child",
        ).person
        for name in ("Noor", "Sem", "Tess")
    ]
    return SupportRequestFactory(
        family=family,
        children=children,
        stage="applied",
        no_dog="limit",
        remarks="Zachte stemmen",
    )


def children_of(request):
    return [one.name for one in request.children.order_by("pk")]


def history(request):
    return [(one.stage, one.on) for one in request.stages.order_by("pk")]


def test_split_gives_each_child_a_request_with_the_same_wishes(by, request_of_three):
    change_stage(request_of_three, to="talking", on=dt.date(2026, 2, 1), by=by)
    note_sources(request_of_three, ["no_dog"], source="visit", on=MONDAY, by=by)
    _noor, sem, tess = request_of_three.children.order_by("pk")

    new = siblings.split_request(request_of_three, [sem, tess], on=MONDAY, by=by)

    assert children_of(request_of_three) == ["Noor"]
    assert [children_of(one) for one in new] == [["Sem"], ["Tess"]]
    for one in new:
        assert (one.no_dog, one.remarks) == ("limit", "Zachte stemmen")
        assert (one.waiting_since, one.stage) == (dt.date(2026, 1, 5), "talking")
        assert history(one) == [("applied", dt.date(2026, 1, 5)), ("talking", MONDAY)]
        source = one.sources.get()
        assert (source.field, source.source, source.on) == ("no_dog", "visit", MONDAY)


def test_split_of_an_application_counts_on_its_day(by, request_of_three):
    child = request_of_three.children.latest("pk")

    [new] = siblings.split_request(request_of_three, [child], on=MONDAY, by=by)

    assert history(new) == [("applied", dt.date(2026, 1, 5))]


def test_split_leaves_somebody(by, request_of_three):
    everybody = list(request_of_three.children.all())

    for leaving in ([], everybody, [PersonFactory(child=True)]):
        with pytest.raises(siblings.NobodyLeft):
            siblings.split_request(request_of_three, leaving, on=MONDAY, by=by)

    assert SupportRequest.objects.count() == 1


@pytest.mark.parametrize("stage", ["proposed", "paired", "ended", "withdrawn"])
def test_split_comes_before_a_proposal(by, request_of_three, stage):
    change_stage(request_of_three, to=stage, on=MONDAY, by=by)
    child = request_of_three.children.latest("pk")

    with pytest.raises(NotPossibleNow):
        siblings.split_request(request_of_three, [child], on=MONDAY, by=by)

    assert not siblings.may_split(request_of_three)


def test_merge_undoes_a_split(by, request_of_three):
    child = request_of_three.children.latest("pk")
    [new] = siblings.split_request(request_of_three, [child], on=MONDAY, by=by)
    request_of_three.refresh_from_db()
    task = TaskFactory(household=new.family.household, about=new.reference)
    assert siblings.others_to_merge(new) == [request_of_three]

    stays = siblings.merge_requests(new, request_of_three, by=by)

    assert stays == request_of_three
    assert children_of(stays) == ["Noor", "Sem", "Tess"]
    assert SupportRequest.objects.get() == stays
    assert history(stays) == [("applied", dt.date(2026, 1, 5))]
    assert Task.objects.get(pk=task.pk).about == stays.reference
    assert FactSource.objects.count() == 0


def test_merge_refuses_when_something_happened(by, request_of_three):
    child = request_of_three.children.latest("pk")
    [new] = siblings.split_request(request_of_three, [child], on=MONDAY, by=by)
    ContactMoment.objects.create(
        household=new.family.household, request=new, happened_on=MONDAY, by=by
    )

    with pytest.raises(siblings.SomethingHappened):
        siblings.merge_requests(request_of_three, new, by=by)

    assert children_of(new) == ["Tess"]
    assert children_of(request_of_three) == ["Noor", "Sem"]


def test_merge_needs_the_same_family_and_stage(by, request_of_three):
    stranger = SupportRequestFactory(stage="applied")
    further = SupportRequestFactory(family=request_of_three.family, stage="waiting")

    for other in (stranger, further, request_of_three):
        with pytest.raises(NotPossibleNow):
            siblings.merge_requests(request_of_three, other, by=by)

    assert siblings.others_to_merge(request_of_three) == []
    assert SupportRequest.objects.count() == 3
