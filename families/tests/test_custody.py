"""Who else decides about children, and what children say themselves."""

import datetime as dt

import pytest
from django.urls import reverse

from families.models import AuditEvent, ChildSaid, CustodyHolder
from families.services import children_said, custody
from families.services.households import ChangedMeanwhile
from families.services.wishes import WishRows, change_wishes
from families.tests.applying import send as send_form
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    RequestFamilyFactory,
    SupportRequestFactory,
)

pytestmark = pytest.mark.django_db


def send(client, url, **answers):
    return send_form(client, url, answers)


MONDAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory(name="Ede")])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    return HouseholdFactory(municipality=coordinator.municipalities.get())


def child_of(household, **kwargs):
    person = PersonFactory(
        **{"name": "Noor", "birth_year": 2013, "birth_month": 3} | kwargs
    )
    MembershipFactory(person=person, household=household, role="child")
    return person


@pytest.fixture
def request_(household):
    family = RequestFamilyFactory(household=household)
    return SupportRequestFactory(family=family, children=[child_of(household)])


def holder(request, coordinator, said="agreed", **kwargs):
    told = {"name": "", "relation": "parent", "said": said}
    asked = said != "not_asked"
    told |= {"said_on": MONDAY if asked else None, "how": "visit" if asked else ""}
    return custody.add_holder(request, **told | kwargs, by=coordinator.user)


@pytest.mark.parametrize(
    ("said", "follows"),
    [
        (["agreed"], "agreed"),
        (["agreed", "agreed"], "agreed"),
        (["agreed", "refused"], "refused"),
        (["agreed", "not_asked"], "not_asked"),
        (["agreed", "unreachable"], "not_asked"),
        (["unreachable"], "not_asked"),
        (["unreachable", "refused"], "refused"),
    ],
)
def test_custody_follows_from_each_holder(request_, coordinator, said, follows):
    for number, one in enumerate(said):
        holder(request_, coordinator, one, name=f"Ouder {number}")

    request_.refresh_from_db()
    assert request_.custody == follows
    sources = list(request_.sources.filter(field="custody").values_list("source"))
    assert sources == ([] if follows == "not_asked" else [("visit",)])


def test_change_and_removal_of_a_holder_change_what_follows(request_, coordinator):
    one = holder(request_, coordinator, "refused", name="Bram")
    other = holder(request_, coordinator, "agreed", name="Voogd")
    changed = {"name": "Bram", "relation": "parent", "said": "agreed"}

    custody.change_holder(
        one, **changed, said_on=MONDAY, how="paper", row_version=1, by=coordinator.user
    )
    request_.refresh_from_db()
    after_change = request_.custody
    for row in (one, other):
        custody.remove_holder(row, by=coordinator.user)

    request_.refresh_from_db()
    assert (after_change, request_.custody) == ("agreed", "not_asked")
    fields = AuditEvent.objects.filter(object_reference=one.reference).order_by("pk")
    assert [event.fields for event in fields] == [
        "relation said",
        "how said",
        "relation removed said",
    ]


def test_change_on_a_stale_page_is_refused(request_, coordinator):
    one = holder(request_, coordinator, "not_asked")

    with pytest.raises(ChangedMeanwhile):
        custody.change_holder(
            one,
            name="",
            relation="parent",
            said="refused",
            said_on=MONDAY,
            how="visit",
            row_version=7,
            by=coordinator.user,
        )

    request_.refresh_from_db()
    assert request_.custody == "not_asked"


def test_only_this_parent_is_an_answer_that_can_be_taken_back(request_, coordinator):
    custody.nobody_else(request_, on=MONDAY, how="telephone", by=coordinator.user)
    request_.refresh_from_db()
    said = (request_.custody, request_.sources.get(field="custody").source)
    custody.ask_again(request_, by=coordinator.user)

    request_.refresh_from_db()
    assert said == ("agreed", "telephone")
    assert (request_.custody, request_.sources.filter(field="custody").count()) == (
        "not_asked",
        0,
    )


def test_only_this_parent_is_refused_while_others_stand_there(request_, coordinator):
    holder(request_, coordinator, "refused")

    with pytest.raises(custody.OthersHaveCustody):
        custody.nobody_else(request_, on=MONDAY, how="visit", by=coordinator.user)

    request_.refresh_from_db()
    assert request_.custody == "refused"


def test_editor_of_wishes_shows_custody_and_cannot_write_it(
    client, household, request_, coordinator
):
    page = client.get(
        reverse("families:wish-edit", args=[household.reference, request_.reference])
    )

    assert "custody" not in page.context["form"].fields
    assert "custody" in {section.code for section in page.context["sections"]}
    assert url_of(household, request_) in page.text
    with pytest.raises(ValueError, match="no such wishes"):
        change_wishes(
            request_,
            {"custody": "agreed"},
            version=WishRows.of(request_, on=MONDAY).version,
            source="telephone",
            told_on=MONDAY,
            on=MONDAY,
            at=NOON,
            by=coordinator.user,
        )


def url_of(household, request):
    return reverse("families:custody", args=[household.reference, request.reference])


HEARD = {"what": "add", "name": "Bram", "relation": "parent", "said": "agreed"}
HEARD |= {"said_on": "20-11-2026", "how": "telephone"}


def test_page_adds_a_holder_once(client, household, request_, coordinator):
    for _press in range(2):
        response = send(client, url_of(household, request_), **HEARD)

    assert response.url == url_of(household, request_)
    one = CustodyHolder.objects.get()
    assert (one.name, one.said, one.said_on, one.by) == (
        "Bram",
        "agreed",
        dt.date(2026, 11, 20),
        coordinator.user,
    )


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"said_on": ""}, {"said_on"}),
        ({"how": ""}, {"how"}),
        ({"said_on": "24-11-2026"}, {"said_on"}),
        ({"name": "x" * 10_000}, {"name"}),
        ({"name": "a\0b"}, {"name"}),
        ({"relation": "\u202eabc"}, {"relation"}),
    ],
)
def test_what_cannot_be_noted_stays_typed(client, household, request_, answers, wrong):
    response = send(client, url_of(household, request_), **HEARD | answers)

    assert response.status_code == 422
    assert set(response.context["add"].errors) == wrong
    assert CustodyHolder.objects.count() == 0


@pytest.mark.parametrize("n", [1, 3])
def test_page_asks_a_fixed_number_of_queries(
    client, request_, coordinator, django_assert_num_queries, n
):
    household = request_.family.household
    for number in range(n):
        holder(request_, coordinator, name=f"Ouder {number}")

    with django_assert_num_queries(13):
        client.get(url_of(household, request_))


def test_holder_is_changed_and_taken_away_on_its_page(
    client, household, request_, coordinator
):
    one = holder(request_, coordinator, "refused", name="Bram")
    args = [household.reference, request_.reference, one.reference]
    answers = HEARD | {"row_version": 1}

    send(client, reverse("families:custody-holder", args=args), **answers)
    late = answers | {"relation": "other", "name": "Bram de Wit"}
    stale = send(client, reverse("families:custody-holder", args=args), **late)
    both = {str(label): sent for label, _now, sent in stale.context["form"].meanwhile()}
    request_.refresh_from_db()
    after_change = request_.custody
    send(client, reverse("families:custody-remove", args=args))

    assert (after_change, stale.status_code) == ("agreed", 422)
    assert both["Naam"] == "Bram de Wit"
    assert CustodyHolder.objects.count() == 0


def test_last_answer_of_a_child_counts_and_the_others_are_kept(request_, coordinator):
    child = request_.children.get()
    for said in ("no", "no", "yes"):
        children_said.note_child_said(
            request_, child, said=said, said_on=MONDAY, at=NOON, by=coordinator.user
        )

    (one,) = children_said.asked_itself(request_, on=MONDAY)
    assert (one.now.said, [row.said for row in one.earlier]) == ("yes", ["no"])
    assert (one.refuses, one.doubts) == (False, False)


def test_only_children_of_twelve_are_asked_themselves(household, request_, coordinator):
    young = child_of(household, name="Sam", birth_year=2015)
    unknown = child_of(household, name="Kim", birth_year=None, birth_month=None)
    request_.children.add(young, unknown)

    heard = children_said.heard(request_, on=MONDAY)

    assert [(one.child.name, one.age, one.is_asked_itself) for one in heard] == [
        ("Noor", 13, True),
        ("Sam", 11, False),
        ("Kim", None, False),
    ]


def test_child_of_another_request_is_refused(request_, coordinator):
    with pytest.raises(children_said.NotOfThisRequest):
        children_said.note_child_said(
            request_,
            PersonFactory(child=True),
            said="yes",
            said_on=MONDAY,
            at=NOON,
            by=coordinator.user,
        )

    assert ChildSaid.objects.count() == 0


def test_family_page_says_whom_to_ask_and_notes_it(client, household, request_):
    unknown = child_of(household, name="Kim", birth_year=None, birth_month=None)
    request_.children.add(unknown)
    child = request_.children.order_by("pk")[0]
    url = reverse(
        "families:child-said",
        args=[household.reference, request_.reference, child.reference],
    )

    before = client.get(household.get_absolute_url())
    response = send(client, url, said="not_yet", said_on="20-11-2026")
    wrong = send(client, url, said="maybe", said_on="x")

    (wish,) = before.context["sheet"].wishes
    assert [(one.child.name, one.now) for one in wish.children_said] == [
        ("Noor", None),
        ("Kim", None),
    ]
    assert response.url == household.get_absolute_url()
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (
        422,
        {"said", "said_on"},
    )
    assert ChildSaid.objects.get().said == "not_yet"


def test_colleague_elsewhere_finds_nothing(client, household, request_, coordinator):
    one = holder(request_, coordinator, name="Geheim")
    child = request_.children.get()
    client.force_login(CoordinatorFactory().user)
    of = [household.reference, request_.reference]

    found = [
        client.get(url_of(household, request_)),
        client.get(reverse("families:custody-holder", args=[*of, one.reference])),
        send(client, reverse("families:custody-remove", args=[*of, one.reference])),
        client.get(reverse("families:child-said", args=[*of, child.reference])),
    ]

    assert [response.status_code for response in found] == [404] * 4
    assert CustodyHolder.objects.count() == 1
