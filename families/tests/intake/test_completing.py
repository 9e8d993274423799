"""A family of which a referrer told answers the questions itself."""

import datetime as dt
import json
import re

import pytest

from families.models import (
    AuditEvent,
    Consent,
    Household,
    IntakeDraft,
    Location,
    Membership,
    OutboxMail,
    Person,
    Referral,
    SupportRequest,
    Task,
)
from families.services import consents, referrals
from families.services.intake.applying import submit_request
from families.services.intake.drafts import begin_draft, typed_in
from families.services.intake.routing import NotServed
from families.services.intake.told import (
    ChildTold,
    ContactTold,
    HomeTold,
    LanguageTold,
    RequestTold,
    WishesTold,
)
from families.tests.applying import MONDAY, send, served
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PartnershipFactory,
    PersonFactory,
    PostcodeAreaFactory,
    ReferralFactory,
    RequestFamilyFactory,
    SupportRequestFactory,
)
from families.vocabulary import Language

LAST_WEEK = dt.date(2026, 11, 16)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def referral() -> Referral:
    """A family with one child that a school told of, and its promised call."""
    coordinator = served()
    household = HouseholdFactory(
        name="Voorbeeld",
        municipality=coordinator.municipalities.get(),
        coordinator=coordinator,
        came_by=Household.CameBy.REFERRAL,
    )
    parent = PersonFactory(name="Amira", telephone="+31612345678", languages=0b10)
    MembershipFactory(household=household, person=parent)
    LocationFactory(household=household, postcode="1431")
    child = PersonFactory(name="Noor", age_told=6, age_told_on=LAST_WEEK)
    MembershipFactory(household=household, person=child, role=Membership.Role.CHILD)
    family = RequestFamilyFactory(household=household)
    request = SupportRequestFactory(
        family=family,
        applied=True,
        kinds=0b10,
        moments=None,
        frequency="",
        waiting_since=LAST_WEEK,
    )
    request.children.set([child])
    Consent.objects.create(
        person=parent,
        purpose=Consent.Purpose.CONTACT_AND_SEARCH,
        how=Consent.How.REFERRER,
        text_version="told",
        given_at=MONDAY - dt.timedelta(days=7),
    )
    Task.objects.create(
        household=household,
        coordinator=coordinator,
        kind=Task.Kind.FIRST_CALL,
        due_on=dt.date(2026, 11, 24),
        promised=True,
    )
    return ReferralFactory(household=household)


def children_of(referral: Referral) -> list[Person]:
    """The children for whom a referred family asks, in the order they came."""
    requests = SupportRequest.objects.filter(family__household=referral.household)
    return list(requests.order_by("pk").last().children.order_by("pk"))


def another_child(referral: Referral, name: str) -> Person:
    """One more child for whom support is asked."""
    child = PersonFactory(name=name, age_told=3, age_told_on=LAST_WEEK)
    MembershipFactory(
        household=referral.household, person=child, role=Membership.Role.CHILD
    )
    SupportRequest.objects.get().children.add(child)
    return child


def completed(referral: Referral, **told: object) -> SupportRequest:
    """What the parent sends about the family of a referral."""
    draft, _key = begin_draft("request", language="nl", at=MONDAY)
    asked_about = told.pop("invited", None) or [
        child.reference for child in children_of(referral)
    ]
    draft.referral = referral
    draft.answers = json.dumps({"invited": {"children": asked_about}})
    draft.save()
    municipality = referral.household.municipality
    area = municipality.postcode_areas.first()
    answers = {
        "home": HomeTold(municipality, area, "1431AB"),
        "children": (
            ChildTold(7, reference=asked_about[0]),
            ChildTold(None, "Bo"),
        ),
        "wishes": WishesTold(frequency="weekly"),
        "contact": ContactTold(
            name="Amira de Voorbeeld",
            telephone="+31687654321",
            may_leave_message=True,
        ),
        "language": LanguageTold(Language.TIGRINYA, interpreter_needed=True),
    }
    return submit_request(
        draft,
        RequestTold(**answers | told),
        consent_version="2026-11",
        on=TODAY,
        at=MONDAY,
    )


@pytest.mark.django_db
def test_family_stays_one_and_is_told_of_by_itself(referral):
    request = completed(referral)

    household = Household.objects.get()
    assert request == SupportRequest.objects.get()
    assert (household.name, household.came_by) == ("De Voorbeeld", "referral")
    assert (request.frequency, request.waiting_since) == ("weekly", LAST_WEEK)
    assert [stage.stage for stage in request.stages.all()] == ["applied"]
    location = Location.objects.get()
    assert (location.kind, location.postcode) == ("home", "1431AB")
    parent = Person.objects.get(memberships__role=Membership.Role.PARENT)
    assert (parent.name, parent.telephone) == ("Amira de Voorbeeld", "+31687654321")
    assert (parent.languages, parent.interpreter_needed) == (1 << 41, True)
    children = request.children.order_by("pk")
    assert [(one.name, one.age_told, one.not_yet_born) for one in children] == [
        ("Noor", 7, False),
        ("Bo", 0, True),
    ]


@pytest.mark.django_db
def test_what_the_family_left_open_stays_as_the_referrer_told_it(referral):
    request = completed(referral, language=None)

    parent = Person.objects.get(memberships__role=Membership.Role.PARENT)
    assert (request.kinds, request.moments) == (0b10, None)
    assert parent.languages == 0b10


@pytest.mark.django_db
def test_promised_call_stays_and_no_second_one_is_promised(referral):
    completed(referral)

    task = Task.objects.get()
    assert (task.kind, task.due_on) == ("first_call", dt.date(2026, 11, 24))


@pytest.mark.django_db
def test_family_that_was_called_is_promised_no_other_call(referral):
    household = referral.household
    sanne = household.coordinator.user
    Task.objects.update(done_at=MONDAY, done_by=sanne)
    household.contacts.create(
        kind="telephone", happened_on=LAST_WEEK, outcome="reached", by=sanne
    )

    contact = ContactTold(
        "Amira", "+31612345678", may_leave_message=True, email="amira@buurt.example"
    )
    completed(referral, contact=contact)

    assert Task.objects.open().count() == 0
    assert "We hebben je bericht ontvangen. Je coördinator leest het." in (
        OutboxMail.objects.get().body
    )


@pytest.mark.django_db
def test_family_agrees_itself_and_what_its_referrer_said_stays_known(referral):
    completed(referral)

    said, own = Consent.objects.order_by("pk")
    assert (own.how, own.text_version, own.given_at, own.withdrawn_at) == (
        "form",
        "2026-11",
        MONDAY,
        None,
    )
    assert (said.how, said.text_version, said.given_at, said.withdrawn_at) == (
        "referrer",
        "told",
        MONDAY - dt.timedelta(days=7),
        MONDAY,
    )
    assert consents.was_replaced(said, [said, own])
    assert not consents.was_stopped(referral.household, on=TODAY)


@pytest.mark.django_db
def test_children_that_the_family_does_not_name_are_not_asked_for(referral):
    (child,) = children_of(referral)
    second = another_child(referral, "Zus")

    completed(referral, children=(ChildTold(6, reference=child.reference),))

    assert list(SupportRequest.objects.get().children.all()) == [child]
    assert second.memberships.get().until_on == TODAY


@pytest.mark.django_db
def test_each_child_stays_who_it_is_whatever_changed_meanwhile(referral):
    (noor,) = children_of(referral)
    zus = another_child(referral, "Zus")
    asked_about = [noor.reference, zus.reference]
    new = another_child(referral, "Nieuw")
    SupportRequest.objects.get().children.remove(noor)
    noor.memberships.update(until_on=TODAY)

    completed(
        referral,
        invited=asked_about,
        children=(ChildTold(4, reference=zus.reference), ChildTold(1, "Bo")),
    )

    children = SupportRequest.objects.get().children.order_by("pk")
    assert [(one.name, one.age_told) for one in children] == [
        ("Zus", 4),
        ("Nieuw", 3),
        ("Bo", 1),
    ]
    assert (zus.memberships.get().until_on, new.memberships.get().until_on) == (
        None,
        None,
    )
    noor.refresh_from_db()
    assert (noor.name, noor.age_told) == ("Noor", 6)


@pytest.mark.django_db
def test_a_child_of_another_family_is_not_written_over(referral):
    stranger = PersonFactory(name="Vreemd", age_told=5, age_told_on=LAST_WEEK)

    completed(referral, children=(ChildTold(2, "Bo", reference=stranger.reference),))

    stranger.refresh_from_db()
    assert (stranger.name, stranger.age_told) == ("Vreemd", 5)
    assert not stranger.memberships.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["changed", "created"])
def test_address_is_on_record_and_made_where_there_was_none(referral, verb):
    if verb == "created":
        Location.objects.all().delete()

    completed(referral)

    home = Location.objects.get()
    event = AuditEvent.objects.get(object_type="location")
    assert (home.household, home.postcode) == (referral.household, "1431AB")
    assert (event.verb, event.actor_kind, event.object_reference) == (
        verb,
        "family",
        str(home.pk),
    )


@pytest.mark.django_db
def test_changes_are_on_record_and_make_open_pages_old(referral):
    before = SupportRequest.objects.get().row_version

    request = completed(referral)

    assert request.row_version == before + 1
    changed = AuditEvent.objects.filter(
        verb="changed", object_type="supportrequest", actor_kind="family"
    )
    assert [event.fields for event in changed] == ["frequency preferred_language"]


@pytest.mark.django_db
def test_family_that_lives_elsewhere_gets_the_coordinator_of_there(referral):
    there = MunicipalityFactory(name="Uithoorn")
    PartnershipFactory(municipalities=[there])
    area = PostcodeAreaFactory(postcode="1421", municipality=there)
    other = CoordinatorFactory(municipalities=[there])

    completed(referral, home=HomeTold(there, area, "1421AB"))

    household = Household.objects.get()
    assert (household.municipality, household.coordinator) == (there, other)
    assert Task.objects.get().coordinator == other


@pytest.mark.django_db
def test_nothing_changes_where_nobody_takes_applications(referral):
    nowhere = MunicipalityFactory(name="Nergens")

    with pytest.raises(NotServed):
        completed(referral, home=HomeTold(nowhere))

    assert Household.objects.get().name == "Voorbeeld"
    assert IntakeDraft.objects.get().submitted_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["waiting", "proposed", "paired", "withdrawn"])
def test_request_past_the_first_talks_stays_and_a_new_one_is_made(referral, stage):
    SupportRequest.objects.update(stage=stage)

    request = completed(referral, language=None)

    former = SupportRequest.objects.exclude(pk=request.pk).get()
    assert (former.stage, former.frequency) == (stage, "")
    assert [child.name for child in former.children.all()] == ["Noor"]
    assert [change.stage for change in request.stages.all()] == ["applied"]
    household = request.family.household
    assert household.name == "De Voorbeeld"
    task = Task.objects.get(household=household, kind="first_call")
    assert (task.promised, task.due_on) == (True, dt.date(2026, 12, 1))


@pytest.mark.django_db
def test_family_asks_again_where_the_newest_request_is_completed(referral):
    first = SupportRequest.objects.get()
    SupportRequest.objects.update(stage=SupportRequest.Stage.ENDED)
    again = SupportRequestFactory(family=first.family, applied=True, frequency="")

    request = completed(referral)

    assert request == again
    assert Household.objects.get() == referral.household


@pytest.mark.django_db
def test_second_answers_do_not_write_over_the_first(referral):
    completed(referral)
    parent = Person.objects.get(memberships__role=Membership.Role.PARENT)
    Person.objects.filter(pk=parent.pk).update(name="Amira van Voorbeeld")

    again = completed(referral)

    parent.refresh_from_db()
    assert parent.name == "Amira van Voorbeeld"
    assert again.family.household != referral.household


@pytest.mark.django_db
def test_answers_of_a_parent_who_no_longer_lives_there_are_a_new_family(referral):
    parents = Membership.objects.filter(role=Membership.Role.PARENT)
    parents.update(from_on=LAST_WEEK, until_on=TODAY)

    request = completed(referral)

    assert request.family.household != referral.household
    assert parents.get(until_on=TODAY).person.telephone == "+31612345678"


@pytest.mark.django_db
def test_the_page_carries_who_each_row_is_of(client, referral, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    noor, zus = *children_of(referral), another_child(referral, "Zus")
    Person.objects.filter(memberships__role="parent").update(
        email="amira@buurt.example", may_leave_message=True
    )
    referrals.invite_parent(
        referral, on=TODAY, at=MONDAY, by=referral.household.coordinator.user
    )
    token = OutboxMail.objects.get().body.partition("/verder/")[2].split("/")[0]
    send(client, f"/verder/{token}/", {})
    page = client.get("/steun-vragen/stap/kinderen/")
    shown = dict(re.findall(r'name="(who-\d)" value="(\w+)"', page.content.decode()))

    typed = {"rows": "2", "name-0": "Noor", "age-0": "6", "name-1": "Zus", "age-1": "3"}
    send(client, "/steun-vragen/stap/kinderen/", typed | shown | {"remove": "0"})

    assert shown == {"who-0": noor.reference, "who-1": zus.reference}
    answers = typed_in(IntakeDraft.objects.get())
    assert answers["kinderen"]["who-0"] == [zus.reference]
    assert answers["invited"] == {"children": [noor.reference, zus.reference]}
