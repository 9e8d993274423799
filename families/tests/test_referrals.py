"""What a referral becomes, what its referrer hears, and the link for the parent."""

import datetime as dt
import json
import uuid
from dataclasses import replace

import pytest
import time_machine

from families.jobs import send_mail_now
from families.models import (
    AuditEvent,
    Consent,
    DraftKey,
    FactSource,
    Household,
    IntakeDraft,
    Membership,
    OutboxMail,
    PartnershipTerm,
    Person,
    PossibleDouble,
    Referral,
    Referrer,
    SupportRequest,
    Task,
)
from families.services import merging, referrals
from families.services.contact import note_contact
from families.services.intake.drafts import begin_draft, find_saved
from families.services.intake.referring import (
    ReferredTold,
    ReferrerTold,
    submit_referral,
)
from families.services.intake.routing import NotServed
from families.services.intake.told import ChildTold, HomeTold
from families.services.stages import change_stage
from families.tests.applying import served
from families.tests.factories import (
    CoordinatorFactory,
    MembershipFactory,
    ReferralFactory,
    RequestFamilyFactory,
    SupportRequestFactory,
)
from families.vocabulary import Language

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = MONDAY.date()
REFERRER = ReferrerTold(
    name="Joke Voorbeeld",
    organisation="Basisschool De Wilg",
    profession="school",
    telephone="+31201234567",
    email="joke@school.example",
)
UNTIL_YESTERDAY = {
    "from_on": dt.date(2026, 1, 1),
    "until_on": dt.date(2026, 11, 22),
}
COLLEAGUE = replace(REFERRER, email="piet@school.example")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def told(**family: object) -> ReferredTold:
    given = {
        "parent": "Amira",
        "telephone": "+31612345678",
        "may_leave_message": True,
        "children": (ChildTold(4), ChildTold(None)),
        "language": Language.ARABIC,
        "email": "amira@buurt.example",
        "kinds": 0b10001,
        "text": "Ze zoekt rust.",
    }
    return ReferredTold(**given | family)


def submitted(referrer: ReferrerTold = REFERRER, **family: object) -> Referral:
    """A referral to a coordinator in Aalsmeer."""
    coordinator = served()
    draft, _key = begin_draft("referral", language="nl", at=MONDAY)
    municipality = coordinator.municipalities.get()
    area = municipality.postcode_areas.get()
    return submit_referral(
        draft,
        referrer=referrer,
        family=told(**family),
        home=HomeTold(municipality, area, "1431"),
        on=TODAY,
        at=MONDAY,
    )


def submitted_again(
    first: Referral, *, referrer: ReferrerTold, **family: object
) -> Referral:
    """Another referral in the same place."""
    draft, _key = begin_draft("referral", language="nl", at=MONDAY)
    household = first.household
    return submit_referral(
        draft,
        referrer=referrer,
        family=told(**family),
        home=HomeTold(household.municipality, household.locations.get().area, "1431"),
        on=TODAY,
        at=MONDAY,
    )


def referred(*, stage: str = "applied", tell: bool = True) -> Referral:
    """A referral of a family with one request, whose referrer may be told."""
    household = RequestFamilyFactory().household
    SupportRequestFactory(family=household.request_family, stage=stage)
    parent = MembershipFactory(household=household).person
    if tell:
        Consent.objects.create(
            person=parent,
            purpose="tell_referrer",
            how="referrer",
            text_version="2026-11",
            given_at=MONDAY,
        )
    return ReferralFactory(household=household)


def reach(referral: Referral, outcome: str = "reached") -> None:
    note_contact(
        referral.household,
        kind="telephone",
        outcome=outcome,
        happened_on=TODAY,
        at=MONDAY,
        by=CoordinatorFactory().user,
        form_key=uuid.uuid4(),
        text="Geheim gesprek",
    )


def states(referral: Referral) -> list[str]:
    """How far a referrer reads that each family is."""
    return [row.state for row in referrals.list_of(referral.referrer, on=TODAY)]


def withdraw(referral: Referral) -> None:
    request = SupportRequest.objects.get(family__household=referral.household)
    change_stage(
        request,
        to="withdrawn",
        on=TODAY,
        by=CoordinatorFactory().user,
        reason="Geheime reden",
    )


def test_referral_becomes_a_family_that_was_promised_a_call():
    referral = submitted()

    household = Household.objects.get()
    request = SupportRequest.objects.get()
    parent = Person.objects.get(memberships__role=Membership.Role.PARENT)
    task = Task.objects.get()
    assert (household.name, household.came_by) == ("Amira", "referral")
    assert (referral.household, referral.text) == (household, "Ze zoekt rust.")
    assert (request.stage, request.kinds, request.waiting_since) == (
        "applied",
        0b10001,
        TODAY,
    )
    assert [
        (child.age_told, child.not_yet_born)
        for child in request.children.order_by("pk")
    ] == [(4, False), (0, True)]
    assert (parent.name, parent.may_leave_message, parent.site_language) == (
        "Amira",
        True,
        "ar",
    )
    assert (task.kind, task.promised, task.coordinator) == (
        "first_call",
        True,
        household.coordinator,
    )
    location = household.locations.get()
    assert (location.postcode, location.area.postcode) == ("1431", "1431")


def test_referral_keeps_who_agreed_to_what_and_how_we_know():
    referral = submitted()

    consents = Consent.objects.order_by("purpose")
    assert [(one.purpose, one.how, one.text_version) for one in consents] == [
        ("contact_and_search", "referrer", "2026-11"),
        ("tell_referrer", "referrer", "2026-11"),
    ]
    assert set(FactSource.objects.values_list("field", "source")) == {
        ("children", "others"),
        ("kinds", "others"),
        ("languages", "others"),
    }
    created = AuditEvent.objects.filter(verb="created")
    assert sorted(created.values_list("object_type", flat=True)) == [
        "consent",
        "consent",
        "household",
        "referral",
        "referrer",
        "supportrequest",
        "task",
    ]
    assert created.get(object_type="referral").object_reference == referral.reference


def test_family_that_two_people_refer_is_pointed_out():
    first = submitted()

    second = submitted_again(first, referrer=COLLEAGUE)

    double = PossibleDouble.objects.get()
    assert (double.earlier, double.later) == (first.household, second.household)
    assert (double.same_telephone, double.same_email) == (True, True)


def test_draft_sent_twice_makes_one():
    first = submitted()
    draft = IntakeDraft.objects.get(kind="referral")

    second = submit_referral(
        draft,
        referrer=REFERRER,
        family=told(),
        home=HomeTold(first.household.municipality, None, ""),
        on=TODAY,
        at=MONDAY,
    )

    assert second == first
    assert (draft.submitted_at, draft.answers) == (MONDAY, "")
    assert (Household.objects.count(), Referrer.objects.count()) == (1, 1)


def test_stranger_with_the_same_address_changes_no_details():
    first = submitted()
    stranger = ReferrerTold(
        name="Iemand anders",
        organisation="Elders",
        profession="gp",
        telephone="+31600000000",
        email=" Joke@SCHOOL.example".strip(),
    )

    second = submitted_again(first, referrer=stranger, telephone="+31687654321")

    assert second.referrer == first.referrer
    kept = Referrer.objects.get()
    assert (kept.name, kept.organisation, kept.telephone, kept.email) == (
        "Joke Voorbeeld",
        "Basisschool De Wilg",
        "+31201234567",
        "joke@school.example",
    )


def test_nothing_is_kept_where_nobody_takes_applications():
    referral = submitted()
    municipality = referral.household.municipality
    PartnershipTerm.objects.all().delete()
    draft, _key = begin_draft("referral", language="nl", at=MONDAY)

    with pytest.raises(NotServed):
        submit_referral(
            draft,
            referrer=REFERRER,
            family=told(),
            home=HomeTold(municipality, None, ""),
            on=TODAY,
            at=MONDAY,
        )

    assert Household.objects.count() == 1


def test_parent_gets_a_neutral_link_to_questions_with_what_we_know():
    referral = submitted(language=Language.DUTCH)

    mail = OutboxMail.objects.get()
    token = mail.body.partition("/verder/")[2].split("/")[0]
    draft = find_saved(token, at=MONDAY)
    assert (mail.to, mail.subject) == (
        "amira@buurt.example",
        "Bericht van Buurtgezinnen",
    )
    assert (mail.asked_for, mail.about) == (False, referral.reference)
    assert "Amira" not in mail.body
    assert "rust" not in mail.body
    assert (draft.kind, draft.referral, draft.keys.get().kind) == (
        "request",
        referral,
        DraftKey.Kind.LINK,
    )
    area = referral.household.locations.get().area
    request = SupportRequest.objects.get()
    first, second = (one.reference for one in request.children.order_by("pk"))
    assert json.loads(draft.answers) == {
        "contact": {
            "name": ["Amira"],
            "telephone": ["+31612345678"],
            "email": ["amira@buurt.example"],
        },
        "taal": {"language": ["nl"]},
        "postcode": {"postcode": ["1431"]},
        "gemeente": {"area": [str(area.pk)]},
        "invited": {"children": [first, second]},
        "kinderen": {
            "rows": ["2"],
            "who-0": [first],
            "name-0": [""],
            "age-0": ["4"],
            "who-1": [second],
            "name-1": [""],
            "unborn-1": ["on"],
        },
        "wat": {"kinds": ["0", "4"], "kinds_other": [""]},
    }


@pytest.mark.parametrize(
    ("language", "known"),
    [
        (Language.ARABIC, {"language": ["ar"]}),
        (Language.TWI, {"language": ["other"], "which": ["46"]}),
    ],
)
def test_language_is_filled_in_as_its_page_asks_it(language, known):
    submitted(language=language)

    draft = IntakeDraft.objects.get(kind="request")

    assert json.loads(draft.answers)["taal"] == known


def test_parent_is_mailed_in_the_own_language():
    submitted(language=Language.ENGLISH)

    draft = IntakeDraft.objects.get(kind="request")

    assert "We will call you soon." in OutboxMail.objects.get().body
    assert "/en/verder/" in OutboxMail.objects.get().body
    assert draft.language == "en"


@pytest.mark.parametrize(
    "family",
    [{"may_leave_message": False}, {"may_leave_message": None}, {"email": ""}],
)
def test_parent_who_may_not_be_mailed_is_not(family):
    referral = submitted(**family)

    with pytest.raises(referrals.MayNotInvite):
        referrals.invite_parent(
            referral, on=TODAY, at=MONDAY, by=AuditEvent.ActorKind.SYSTEM
        )

    assert OutboxMail.objects.count() == 0
    assert IntakeDraft.objects.get().kind == "referral"


def test_parent_is_invited_once_a_day_and_not_after_answering():
    referral = submitted()
    by, later = CoordinatorFactory().user, MONDAY + dt.timedelta(days=1)

    with pytest.raises(referrals.InvitedToday):
        referrals.invite_parent(referral, on=TODAY, at=MONDAY, by=by)
    referrals.invite_parent(referral, on=later.date(), at=later, by=by)
    IntakeDraft.objects.filter(kind="request").update(
        submitted_at=later, household=referral.household, answers=""
    )
    with pytest.raises(referrals.HasAnswered):
        referrals.invite_parent(referral, on=later.date(), at=later, by=by)

    assert OutboxMail.objects.count() == 2


def test_referrer_hears_that_we_called_once_and_nothing_else():
    referral = referred()

    for outcome in ("no_answer", "message_left", "reached", "reached"):
        reach(referral, outcome)

    mail = OutboxMail.objects.get()
    referral.refresh_from_db()
    code = f"{referral.reference[:4]}-{referral.reference[4:8]}"
    assert (mail.referrer, mail.to) == (referral.referrer, referral.referrer.email)
    assert (mail.person, mail.asked_for, mail.about) == (
        None,
        False,
        referral.reference,
    )
    assert referral.called_told_at == MONDAY
    assert "We hebben gebeld." in mail.body
    assert code[:4] in mail.body
    for secret in ("Geheim", referral.household.name, "Voornaam"):
        assert secret not in mail.body + mail.subject


def test_referrer_hears_that_it_ended_once_nothing_is_asked():
    referral = referred(stage="waiting")
    another = SupportRequestFactory(
        family=referral.household.request_family, stage="waiting"
    )
    first = referral.household.request_family.requests.order_by("pk").first()
    by = CoordinatorFactory().user

    change_stage(first, to="ended", on=TODAY, by=by, reason="Geheime reden")
    n_before = OutboxMail.objects.count()
    change_stage(another, to="withdrawn", on=TODAY, by=by, reason="Geheime reden")
    change_stage(another, to="talking", on=TODAY, by=by)
    change_stage(another, to="withdrawn", on=TODAY, by=by)

    mail = OutboxMail.objects.get()
    referral.refresh_from_db()
    assert (n_before, referral.closed_told_at) == (0, MONDAY)
    assert "Dit is bij ons gestopt." in mail.body
    assert "Geheim" not in mail.body


def test_referrer_hears_nothing_without_leave():
    referral = referred(tell=False)

    reach(referral)
    withdraw(referral)

    referral.refresh_from_db()
    assert OutboxMail.objects.count() == 0
    assert (referral.called_told_at, referral.closed_told_at) == (None, None)


@pytest.mark.parametrize("who", ["left", "child", "other refuses"])
def test_only_who_lives_there_lets_the_referrer_hear(who):
    referral = referred(stage="talking")
    given = Consent.objects.get()
    there = Membership.objects.filter(person=given.person)
    if who == "left":
        there.update(**UNTIL_YESTERDAY)
    elif who == "child":
        there.update(role="child")
    else:
        other = MembershipFactory(household=referral.household).person
        given.pk, given.reference, given.person = None, uuid.uuid4(), other
        given.withdrawn_at = MONDAY
        given.save()

    reach(referral)

    assert (OutboxMail.objects.count(), states(referral)) == (0, ["received"])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda: Consent.objects.update(withdrawn_at=MONDAY), "ConsentWithdrawn"),
        (lambda: Membership.objects.update(**UNTIL_YESTERDAY), "ConsentWithdrawn"),
        (lambda: Referrer.objects.update(email="ander@school.example"), "OtherAddress"),
        (lambda: None, ""),
    ],
)
def test_mail_on_its_way_stays_in_when_it_is_not_wanted_any_more(change, why):
    reach(referred())
    mail = OutboxMail.objects.get()
    change()

    send_mail_now.call(mail.pk)

    mail.refresh_from_db()
    assert (mail.last_error, mail.sent_at is None, mail.body == "") == (
        why,
        bool(why),
        bool(why),
    )


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("applied", "received"),
        ("talking", "called"),
        ("waiting", "goes_on"),
        ("proposed", "goes_on"),
        ("paired", "goes_on"),
        ("paused", "goes_on"),
    ],
)
def test_list_tells_how_far_it_is(stage, state):
    referral = referred(stage=stage)

    assert states(referral) == [state]


def test_list_tells_of_the_end():
    referral = referred()
    withdraw(referral)

    assert states(referral) == ["stopped"]


@pytest.mark.parametrize(("called", "state"), [(False, "received"), (True, "called")])
def test_without_leave_the_list_tells_no_more_than_was_told(called, state):
    referral = referred()
    if called:
        reach(referral)
    Consent.objects.update(withdrawn_at=MONDAY)
    request = SupportRequest.objects.get()
    change_stage(request, to="waiting", on=TODAY, by=CoordinatorFactory().user)
    withdraw(referral)

    assert states(referral) == [state]


def test_telling_costs_nothing_for_families_nobody_referred(
    django_assert_num_queries,
):
    household = RequestFamilyFactory().household

    with django_assert_num_queries(3):  # savepoint, referrals, release
        referrals.tell_called(household, at=MONDAY)


def test_a_family_put_together_with_another_has_not_stopped():
    first = submitted(email="")
    second = submitted_again(first, referrer=COLLEAGUE, email="")
    again = submitted_again(first, referrer=REFERRER, email="")
    by = CoordinatorFactory().user

    for double in PossibleDouble.objects.filter(earlier=first.household):
        merging.merge(double, {}, on=TODAY, at=MONDAY, by=by)
    n_before = OutboxMail.objects.count()
    second.refresh_from_db()
    reach(second)

    assert n_before == 0
    assert second.household == first.household
    assert [mail.about for mail in OutboxMail.objects.order_by("pk")] == [
        first.reference,
        second.reference,
    ]
    again.refresh_from_db()
    assert again.closed_told_at is None
