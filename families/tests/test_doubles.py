"""The same family that applied twice: pointed out, put together, taken apart."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from families import panels
from families.doubles import choices
from families.encryption import blind_index
from families.lists import family_list
from families.models import (
    AuditEvent,
    ChildSaid,
    Consent,
    CustodyHolder,
    Household,
    OwnRequest,
    PossibleDouble,
    Referral,
    Referrer,
    SupportRequest,
    Task,
)
from families.services import consents, doubles, merging, own
from families.services.households import NotPossibleNow
from families.services.reach import issue_link
from families.services.stages import change_stage
from families.tests.applying import apply, send, served
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PersonFactory,
    RequestFamilyFactory,
    ScreeningCheckFactory,
    SupportFamilyFactory,
    SupportRequestFactory,
    TaskFactory,
)
from families.views.scope import household_or_404

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def coordinator():
    return CoordinatorFactory(municipalities=[MunicipalityFactory()])


def applied(coordinator, *, telephone="+31612345678", email="", **wishes):
    """A family that asks for support for one child, with a promised call."""
    household = HouseholdFactory(
        municipality=coordinator.municipalities.get(), coordinator=coordinator
    )
    LocationFactory(household=household)
    person = PersonFactory(
        name="Amira Voorbeeld",
        telephone=telephone,
        telephone_index=blind_index("telephone", telephone),
        email=email,
        email_index=blind_index("email", email),
    )
    MembershipFactory(household=household, person=person, role="parent")
    child = MembershipFactory(
        household=household, person=PersonFactory(child=True, name="Noor"), role="child"
    ).person
    family = RequestFamilyFactory(household=household)
    given = {"stage": "applied", "waiting_since": MONDAY} | wishes
    SupportRequestFactory(family=family, children=[child], **given)
    TaskFactory(
        household=household,
        coordinator=coordinator,
        kind="first_call",
        promised=True,
        due_on=dt.date(2026, 11, 27),
    )
    return household


def pair_of(coordinator, **later):
    """Two applications of one family, of which the second one was just made."""
    first = applied(coordinator, waiting_since=dt.date(2026, 11, 2), kinds=1)
    second = applied(coordinator, **({"kinds": 2} | later))
    (double,) = doubles.note_doubles(second, on=MONDAY)
    return first, second, double


def request_of(household):
    return household.request_family.requests.order_by("pk").first()


def state(household):
    """All that merging may touch."""
    now = Household.objects.get(pk=household.pk)
    request = request_of(now)
    tasks = now.tasks.open().exclude(kind="double").order_by("pk")
    return {
        "merged_into": now.merged_into_id,
        "name": now.name,
        "dog": now.dog,
        "people": [
            (one.person.name, one.person.telephone, one.person.email)
            for one in now.memberships.select_related("person").order_by("pk")
        ],
        "stage": request.stage,
        "kinds": request.kinds,
        "since": request.waiting_since,
        "children": list(request.children.values_list("pk", flat=True)),
        "tasks": [(one.kind, one.due_on) for one in tasks],
    }


def test_the_same_number_or_address_is_pointed_out_once(coordinator):
    first = applied(coordinator, email="amira@buurt.example")
    applied(coordinator, telephone="+31687654321")
    second = applied(coordinator, email="amira@buurt.example")

    found = doubles.note_doubles(second, on=MONDAY)

    assert [(one.earlier, one.later) for one in found] == [(first, second)]
    assert (found[0].same_telephone, found[0].same_email) == (True, True)
    assert doubles.note_doubles(second, on=MONDAY) == []
    assert doubles.note_doubles(first, on=MONDAY) == []
    task = Task.objects.get(kind="double")
    assert (task.household, task.about) == (second, found[0].reference)


def test_nobody_hears_of_a_family_that_no_coordinator_may_see_beside_it(coordinator):
    elsewhere = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    applied(elsewhere)
    second = applied(coordinator)

    assert doubles.note_doubles(second, on=MONDAY) == []

    elsewhere.municipalities.add(coordinator.municipalities.get())

    assert len(doubles.note_doubles(second, on=MONDAY)) == 1


def test_it_is_a_row_on_vandaag_until_somebody_decides(coordinator):
    _first, second, double = pair_of(coordinator)

    (row,) = [
        one
        for one in panels.today_rows(coordinator.user, on=MONDAY)
        if one.task.kind == "double"
    ]
    doubles.settle_as_different(double, at=NOON, by=coordinator.user)

    assert row.household.reference == second.reference
    assert row.action_url == reverse("families:double", args=[double.reference])
    kinds = [one.task.kind for one in panels.today_rows(coordinator.user, on=MONDAY)]
    assert kinds == ["first_call", "first_call"]
    with pytest.raises(doubles.Settled):
        doubles.settle_as_different(double, at=NOON, by=coordinator.user)


def test_one_family_keeps_what_was_chosen_and_each_promise(coordinator):
    first, second, double = pair_of(coordinator, email="amira@buurt.example")
    Household.objects.filter(pk=second.pk).update(dog=True)
    first.tasks.update(due_on=dt.date(2026, 11, 30))
    theirs = list(request_of(second).children.values_list("pk", flat=True))

    merged = merging.merge(
        double,
        {
            "person-email": "later",
            "household-dog": "later",
            "household-name": "earlier",
            "wish-request-kinds": "later",
            "children": "later",
        },
        on=MONDAY,
        at=NOON,
        by=coordinator.user,
    )

    assert (merged.kept, merged.gone) == (first, second)
    kept, gone = (Household.objects.get(pk=one.pk) for one in (first, second))
    assert doubles.goes_on_as(request_of(gone)) == request_of(kept)
    assert doubles.goes_on_as(request_of(kept)) is None
    now = state(first)
    assert now["people"][0] == (
        "Amira Voorbeeld",
        "+31612345678",
        "amira@buurt.example",
    )
    assert (now["dog"], now["name"], now["kinds"]) == (True, first.name, 2)
    assert now["children"] == theirs
    assert now["since"] == dt.date(2026, 11, 2)
    assert now["tasks"] == [("first_call", dt.date(2026, 11, 27))]
    assert state(second)["stage"] == "withdrawn"
    assert state(second)["merged_into"] == first.pk
    shown = family_list(Household.objects.visible_to(coordinator.user))
    assert list(shown) == [first]


def test_taken_apart_both_have_what_they_had(coordinator):
    first, second, double = pair_of(coordinator, email="amira@buurt.example")
    before = state(first), state(second)
    everything = {
        one.key: "both" if one.both else "later"
        for one in choices(*loaded(coordinator, first, second), on=MONDAY)
    }

    merged = merging.merge(double, everything, on=MONDAY, at=NOON, by=coordinator.user)
    merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)

    assert (state(first), state(second)) == before
    double.refresh_from_db()
    assert double.outcome == "open"
    with pytest.raises(doubles.Settled):
        merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)


def test_what_was_changed_after_merging_stays_when_it_is_taken_apart(coordinator):
    first, _second, double = pair_of(coordinator)
    merged = merging.merge(
        double,
        {"wish-request-kinds": "later"},
        on=MONDAY,
        at=NOON,
        by=coordinator.user,
    )
    request = request_of(first)
    SupportRequest.objects.filter(pk=request.pk).update(kinds=4)

    merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)

    assert state(first)["kinds"] == 4


def test_who_others_depend_on_stays(coordinator):
    first, second, double = pair_of(coordinator)
    change_stage(request_of(second), to="waiting", on=MONDAY, by=coordinator.user)
    change_stage(request_of(second), to="proposed", on=MONDAY, by=coordinator.user)

    assert doubles.which_stays(double) == (second, first)

    change_stage(request_of(first), to="paired", on=MONDAY, by=coordinator.user)

    with pytest.raises(doubles.BothBusy):
        doubles.which_stays(PossibleDouble.objects.get())
    with pytest.raises(doubles.BothBusy):
        merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)
    assert state(first)["merged_into"] is None


def test_a_family_that_asks_and_gives_becomes_one_with_both_roles(coordinator):
    asks = applied(coordinator)
    gives = HouseholdFactory(
        municipality=coordinator.municipalities.get(), coordinator=coordinator
    )
    MembershipFactory(
        household=gives,
        person=PersonFactory(
            telephone="+31612345678",
            telephone_index=blind_index("telephone", "+31612345678"),
        ),
        role="parent",
    )
    family = SupportFamilyFactory(household=gives)
    (double,) = doubles.note_doubles(gives, on=MONDAY)

    merged = merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    family.refresh_from_db()
    assert family.household == asks
    assert state(asks)["stage"] == "applied"

    merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)

    family.refresh_from_db()
    assert family.household == gives


def test_a_referral_goes_along_unless_its_referrer_is_there_already(coordinator):
    first, second, double = pair_of(coordinator)
    known, other = (
        Referrer.objects.create(
            name=name, organisation="School", profession="school", email_index=name
        )
        for name in ("a", "b")
    )
    for referrer, household in ((known, first), (known, second), (other, second)):
        Referral.objects.create(
            referrer=referrer, household=household, parents_agreed_on=MONDAY
        )

    merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    kept = first.referrals.values_list("referrer__email_index", flat=True)
    assert sorted(kept) == ["a", "b"]
    assert second.referrals.count() == 1


def loaded(coordinator, *households):
    """The households as a page reads them."""

    class Asks:
        user = coordinator.user

    return [household_or_404(Asks, one.reference) for one in households]


def test_only_what_differs_is_asked(coordinator):
    first, second, _double = pair_of(coordinator, email="amira@buurt.example")
    for household in (first, second):
        Household.objects.filter(pk=household.pk).update(name="Voorbeeld", dog=False)
    Household.objects.filter(pk=second.pk).update(cat=True)

    asked = choices(*loaded(coordinator, first, second), on=MONDAY)

    assert [one.key for one in asked if not one.key.startswith("children")] == [
        "person-email",
        "household-cat",
        "wish-request-kinds",
    ]
    email = asked[0]
    assert (email.earlier, email.later, email.likely) == (
        "",
        "amira@buurt.example",
        "later",
    )


def test_the_page_puts_together_once_and_takes_apart(client, coordinator):
    first, second, double = pair_of(coordinator)
    Household.objects.update(name="Voorbeeld")
    client.force_login(coordinator.user)
    page = reverse("families:double", args=[double.reference])
    answers = {"wish-request-kinds": "later"}

    shown = client.get(page).content.decode()
    missing = send(client, page, {"wish-request-kinds": "left"})
    answered = [send(client, page, answers) for _time in range(2)]

    assert missing.status_code == 422
    assert "Is dit hetzelfde gezin?" in shown
    assert [one.url for one in answered] == [first.get_absolute_url(), page]
    assert PossibleDouble.objects.get().outcome == "merged"
    assert "Maak er weer twee gezinnen van" in client.get(page).content.decode()

    send(client, reverse("families:double-undo", args=[double.reference]), {})

    assert state(second)["merged_into"] is None


def test_the_page_says_what_is_still_the_same(client, coordinator):
    _first, second, double = pair_of(
        coordinator, telephone="+31612345678", email="amira@buurt.example"
    )
    Household.objects.update(name="Voorbeeld")
    PossibleDouble.objects.update(same_email=True)
    client.force_login(coordinator.user)
    page = reverse("families:double", args=[double.reference])

    context = client.get(page).context
    moved = second.memberships.get(role="parent").person
    moved.telephone_index = blind_index("telephone", "+31687654321")
    moved.save()
    afterwards = client.get(page).context

    assert context["names"] == {
        "earlier": "gezin Voorbeeld (Amira Voorbeeld)",
        "later": "gezin Voorbeeld (Amira Voorbeeld)",
    }
    email = (
        "Beide gaven hetzelfde e-mailadres op. Eén van de twee veranderde het daarna."
    )
    assert context["alike"] == [
        "Beide aanmeldingen hebben hetzelfde telefoonnummer.",
        email,
    ]
    assert afterwards["alike"] == [
        "Beide gaven hetzelfde telefoonnummer op. Eén van de twee veranderde het"
        " daarna.",
        email,
    ]


def test_the_family_page_leads_to_the_other(client, coordinator):
    first, second, double = pair_of(coordinator)
    client.force_login(coordinator.user)

    pages = [
        client.get(one.get_absolute_url()).content.decode() for one in (first, second)
    ]

    link = reverse("families:double", args=[double.reference])
    assert [link in page for page in pages] == [True, True]


def test_the_family_page_asks_the_database_as_much_for_three_doubles(
    client, coordinator
):
    _first, second, _double = pair_of(coordinator)
    client.force_login(coordinator.user)
    page = second.get_absolute_url()
    client.get(page)
    with CaptureQueriesContext(connection) as for_one:
        client.get(page)
    applied(coordinator)
    applied(coordinator)
    for household in Household.objects.exclude(pk=second.pk).order_by("pk")[1:]:
        doubles.note_doubles(household, on=MONDAY)

    with CaptureQueriesContext(connection) as for_three:
        shown = client.get(page).content.decode()

    assert shown.count("/werk/dubbel/") == 3
    assert len(for_three) == len(for_one)


def test_who_applies_once_more_is_pointed_out(client):
    served()

    apply(client, "steun-vragen")
    apply(Client(), "steun-vragen")

    first, second = Household.objects.order_by("pk")
    double = PossibleDouble.objects.get()
    assert (double.earlier, double.later) == (first, second)
    assert (double.same_telephone, double.same_email) == (True, True)
    assert Task.objects.get(kind="double").household == second


def test_of_three_applications_none_goes_into_one_that_is_gone(coordinator):
    first, second, double = pair_of(coordinator)
    third = applied(coordinator)
    doubles.note_doubles(third, on=MONDAY)
    PossibleDouble.objects.get(earlier=first, later=third).delete()

    merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    other = PossibleDouble.objects.get(outcome="open")
    assert (other.earlier, other.later) == (first, third)
    assert doubles.which_stays(other)[0] == first
    assert state(second)["tasks"] == []


def test_a_pair_that_is_looked_at_already_is_not_asked_once_more(coordinator):
    first, _second, double = pair_of(coordinator)
    third = applied(coordinator)
    doubles.note_doubles(third, on=MONDAY)

    merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    (other,) = PossibleDouble.objects.filter(outcome="open")
    assert (other.earlier, other.later) == (first, third)
    kinds = Task.objects.open().filter(kind="double")
    assert [task.about for task in kinds] == [other.reference]


def test_a_childs_no_and_who_has_custody_go_along_and_back(coordinator):
    first, second, double = pair_of(coordinator)
    theirs = request_of(second)
    CustodyHolder.objects.create(
        request=theirs, relation="parent", said="refused", said_on=MONDAY
    )
    ChildSaid.objects.create(
        request=theirs,
        child=theirs.children.get(),
        said="no",
        said_on=MONDAY,
        by=coordinator.user,
    )

    merged = merging.merge(
        double, {"children": "both"}, on=MONDAY, at=NOON, by=coordinator.user
    )

    ours = SupportRequest.objects.get(pk=request_of(first).pk)
    assert ours.custody == "refused"
    assert [one.said for one in ours.children_said.all()] == ["no"]
    assert ours.children.count() == 2

    merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)

    ours.refresh_from_db()
    assert ours.custody == "not_asked"
    assert [theirs.children_said.count(), theirs.custody_holders.count()] == [1, 1]


def test_with_a_role_everybody_and_the_vog_go_along(coordinator):
    gives = HouseholdFactory(
        municipality=coordinator.municipalities.get(), coordinator=coordinator
    )
    people = [
        MembershipFactory(
            household=gives,
            person=PersonFactory(
                telephone=number, telephone_index=blind_index("telephone", number)
            ),
            role=role,
        ).person
        for number, role in (("+31612345678", "parent"), ("+31600000000", "partner"))
    ]
    check = ScreeningCheckFactory(person=people[0], shown=True)
    SupportFamilyFactory(household=gives)
    asks = applied(coordinator)
    (double,) = doubles.note_doubles(asks, on=MONDAY)
    children = list(request_of(asks).children.all())

    merged = merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    here = set(gives.memberships.values_list("person", flat=True))
    assert here == {one.pk for one in (*people, *children)}
    check.refresh_from_db()
    assert (merged.kept, check.person) == (gives, people[0])


def test_what_was_sent_to_another_address_dies(coordinator):
    first, _second, double = pair_of(coordinator, email="nieuw@buurt.example")
    person = first.memberships.get(role="parent").person
    issue_link(person, purpose="status", about=request_of(first).reference, at=NOON)

    merging.merge(
        double, {"person-email": "later"}, on=MONDAY, at=NOON, by=coordinator.user
    )

    assert person.links.get().revoked_at == NOON


def test_a_stop_is_not_taken_back_where_nobody_looks_any_more(coordinator):
    _first, second, double = pair_of(coordinator)
    person = second.memberships.get(role="parent").person
    stopped = own.stop(
        request_of(second),
        person,
        others_depend=lambda: False,
        text="",
        form_key=uuid.uuid4(),
        at=NOON,
        on=MONDAY,
    )
    merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    with pytest.raises(NotPossibleNow):
        own.undo(stopped, at=NOON, on=MONDAY)

    assert state(second)["stage"] == "withdrawn"


def test_a_secret_address_stays_secret_whichever_home_is_chosen(coordinator):
    first, second, double = pair_of(coordinator)
    first.locations.update(secret=True)

    merging.merge(double, {"home": "later"}, on=MONDAY, at=NOON, by=coordinator.user)

    home = first.locations.get()
    assert (home.secret, home.postcode) == (True, second.locations.get().postcode)


def test_who_moved_is_guided_where_it_lives_now(coordinator):
    first = applied(coordinator)
    there = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    coordinator.municipalities.add(there.municipalities.get())
    second = HouseholdFactory(
        municipality=there.municipalities.get(), coordinator=there
    )
    LocationFactory(household=second)
    person = first.memberships.get(role="parent").person
    MembershipFactory(
        household=second,
        person=PersonFactory(telephone_index=person.telephone_index),
        role="parent",
    )
    (double,) = doubles.note_doubles(second, on=MONDAY)
    assert Task.objects.get(kind="double").coordinator == coordinator

    merged = merging.merge(
        double, {"home": "later"}, on=MONDAY, at=NOON, by=coordinator.user
    )

    first.refresh_from_db()
    assert (first.municipality, first.coordinator) == (second.municipality, there)

    merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)

    first.refresh_from_db()
    assert first.coordinator == coordinator


def test_what_the_family_asked_goes_along_with_its_task(coordinator):
    first, second, double = pair_of(coordinator)
    asked = OwnRequest.objects.create(
        household=second, kind="correct", asked_at=NOON, due_on=dt.date(2026, 12, 23)
    )

    merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    asked.refresh_from_db()
    assert asked.household == first


def test_a_no_to_be_introduced_stays_a_no(coordinator):
    first, second, double = pair_of(coordinator)
    ours, theirs = (
        household.memberships.get(role="parent").person for household in (first, second)
    )
    given = {"purpose": "introduce", "text_version": "2026-11"}
    earlier, later = NOON - dt.timedelta(days=2), NOON - dt.timedelta(days=1)
    valid = Consent.objects.create(person=ours, given_at=earlier, **given)
    Consent.objects.create(person=theirs, given_at=earlier, withdrawn_at=later, **given)

    merged = merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    valid.refresh_from_db()
    assert valid.withdrawn_at == later
    again = Consent.objects.create(person=ours, given_at=NOON, **given)

    merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)

    assert list(ours.consents.filter(withdrawn_at=None)) == [again]


def test_who_stopped_is_not_put_together_with_who_did_not(client, coordinator):
    first, second, double = pair_of(coordinator)
    theirs = second.memberships.get(role="parent").person
    stopped = Consent.objects.create(
        person=theirs,
        purpose="contact_and_search",
        text_version="2026-11",
        given_at=NOON - dt.timedelta(days=2),
        withdrawn_at=NOON - dt.timedelta(days=1),
    )
    client.force_login(coordinator.user)
    page = reverse("families:double", args=[double.reference])

    with pytest.raises(doubles.StillToSettle):
        merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)
    assert "trok de toestemming in" in client.get(page).content.decode()

    Consent.objects.create(
        person=theirs,
        purpose="contact_and_search",
        text_version="2026-11",
        given_at=NOON,
    )
    asked = OwnRequest.objects.create(
        household=first, kind="erase", asked_at=NOON, due_on=dt.date(2026, 12, 23)
    )

    with pytest.raises(doubles.StillToSettle):
        merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    asked.delete()
    merged = merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)
    assert (merged.kept, stopped.withdrawn_at < NOON) == (first, True)


def test_no_message_is_left_where_one_of_both_said_no(coordinator):
    first, second, _double = pair_of(coordinator)
    for household, may in ((first, False), (second, True)):
        person = household.memberships.get(role="parent").person
        person.may_leave_message = may
        person.save()

    asked = choices(*loaded(coordinator, first, second), on=MONDAY)

    likely = {one.key: one.likely for one in asked}
    assert likely["person-may_leave_message"] == "earlier"


def test_calls_that_nobody_made_are_not_done_by_who_puts_together(coordinator):
    first, second, double = pair_of(coordinator)
    TaskFactory(household=second, coordinator=coordinator, kind="screening")

    merged = merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)

    over = second.tasks.exclude(kind="double").order_by("pk")
    assert [(one.done_at, one.done_by) for one in over] == [(NOON, None), (NOON, None)]
    done = panels.done_on(coordinator.user, MONDAY)
    assert [(one.kind, one.household) for one in done] == [("double", second)]

    merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)

    assert not first.tasks.exclude(done_at=None).exists()
    assert [one.done_at for one in over.all()] == [None, None]


@pytest.mark.parametrize(
    ("why", "calls"), [("stop", ["first_call"]), ("consent", []), ("", ["first_call"])]
)
def test_what_the_family_stopped_since_does_not_begin_when_taken_apart(
    coordinator, why, calls
):
    first, second, double = pair_of(coordinator)
    person = first.memberships.get(role="parent").person
    given = Consent.objects.create(
        person=person,
        purpose="contact_and_search",
        text_version="2026-11",
        given_at=NOON,
    )
    merged = merging.merge(double, {}, on=MONDAY, at=NOON, by=coordinator.user)
    if why == "stop":
        own.stop(
            request_of(first),
            person,
            others_depend=lambda: False,
            text="",
            form_key=uuid.uuid4(),
            at=NOON,
            on=MONDAY,
        )
    elif why == "consent":
        consents.withdraw(given, at=NOON, by=AuditEvent.ActorKind.FAMILY)

    merging.take_apart(merged, on=MONDAY, at=NOON, by=coordinator.user)

    stage = "withdrawn" if why else "applied"
    opened = second.tasks.open().filter(kind="first_call")
    assert request_of(second).stage == stage
    assert [one.kind for one in opened] == calls
