"""Asking families for their yes, as a coordinator does it on the pages."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from agreements import services
from agreements.models import AgreementVersion, Asking, WantedChange
from agreements.tests.asked import adult_of, can_be_mailed, link_to, question
from agreements.tests.factories import (
    NOON,
    START,
    has_ended,
    make_pairing,
    make_version,
)
from agreements.tests.test_forms import editor_data, item_data
from agreements.tests.views import pages
from families.models import AccessLink, OutboxMail, Person
from families.services.reach import fingerprint
from families.tests.factories import CoordinatorFactory
from matching.tests.pages import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def draft(client):
    """A draft of families that can be mailed; their coordinator is logged in."""
    pairing = can_be_mailed(make_pairing())
    client.force_login(pairing.lead.user)
    return make_version(pairing, settled=False)


def address(draft, name):
    reference = draft.agreement.pairing.reference
    return reverse(f"agreements:{name}", args=[reference, draft.number])


def ask(client, draft, side="support", way="mail", **differs):
    return send(
        client, address(draft, "version-ask"), **{"side": side, "way": way} | differs
    )


def stands(client, draft):
    """How each family stands on the page of a version."""
    page = client.get(draft.get_absolute_url())
    return {one.side: one for one, _form in page.context["stands"]}


def test_after_the_end_a_late_yes_is_noted_and_not_asked_for(client, draft):
    pairing, by = draft.agreement.pairing, draft.recorded_by
    make_version(pairing, replaces=draft)
    said = services.Yes("support", "discussed", START)
    stop = services.stop(pairing, effective_from=START, by=by, at=NOON, said=said)
    before = client.get(stop.get_absolute_url()).context

    has_ended(pairing, on=START)

    after = client.get(stop.get_absolute_url()).context
    assert [
        (len([ask for _stand, ask in page["stands"] if ask]), page["form"] is None)
        for page in (before, after)
    ] == [(1, False), (0, False)]


def wants(draft, side="support", words="Liever op donderdag."):
    return WantedChange.objects.create(
        version=draft,
        side=side,
        words=words,
        person=adult_of(draft.agreement.pairing, side),
        recorded_at=NOON,
    )


def test_a_mail_is_asked_and_can_be_undone(client, draft):
    answer = ask(client, draft)
    page = client.get(draft.get_absolute_url())

    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        draft.get_absolute_url(),
    )
    assert OutboxMail.objects.get().to == "karin@post.nl"
    (sent,) = page.context["sent"]
    assert (sent.who, sent.seconds) == ("gezin Willems", 30)
    (stand,) = [one for one, _form in page.context["stands"] if one.side == "support"]
    assert stand.asked == "Gevraagd per e-mail op 5 januari 2026."

    undone = send(client, address(draft, "version-unask"), asking=sent.asking.pk)

    assert undone.headers["Location"] == draft.get_absolute_url()
    assert OutboxMail.objects.get().cancelled_at == NOON
    assert stands(client, draft)["support"].asked == ""


def test_undoing_too_late_says_so(client, draft, clock):
    ask(client, draft)
    clock.move_to(NOON + dt.timedelta(minutes=1))

    answer = send(
        client,
        address(draft, "version-unask"),
        asking=Asking.objects.get().pk,
    )
    page = client.get(answer.headers["Location"])

    assert OutboxMail.objects.get().cancelled_at is None
    assert page.context["sent"] == []
    assert [str(message) for message in page.context["messages"]] == [
        "Het is verstuurd. Bel het gezin als dat niet de bedoeling was."
    ]


def test_somebody_else_of_the_family_can_be_chosen(client, draft):
    joost = adult_of(draft.agreement.pairing, "support", "Joost")

    ask(client, draft, way="text", person=joost.reference)

    assert Asking.objects.get().person == joost


def test_who_may_not_be_mailed_is_refused_on_the_form(client, draft):
    joost = adult_of(draft.agreement.pairing, "support", "Joost")

    page = ask(client, draft, person=joost.reference)

    assert page.status_code == 422
    forms = {one.side: form for one, form in page.context["stands"]}
    assert forms["support"].errors == {
        "way": ["We mogen deze persoon geen e-mail sturen. Kies een andere manier."]
    }
    assert forms["request"].errors == {}
    assert not Asking.objects.exists()


def test_somebody_of_the_other_family_is_no_choice(client, draft):
    amira = adult_of(draft.agreement.pairing, "request")

    page = ask(client, draft, person=amira.reference)

    assert page.status_code == 422
    assert not Asking.objects.exists()


def test_a_family_without_an_address_cannot_be_mailed(client, draft):
    Person.objects.update(email="")

    page = client.get(draft.get_absolute_url())

    forms = [form for _stand, form in page.context["stands"]]
    assert [form.fields["way"].widget.reasons["mail"] for form in forms] == [
        "Kan niet: we hebben geen e-mailadres."
    ] * 2
    assert [form["way"].value() for form in forms] == ["text", "text"]


def test_a_text_is_shown_with_a_link_that_works(client, draft):
    ask(client, draft, way="text")
    asking = Asking.objects.get()

    page = send(client, address(draft, "version-link"), asking=asking.pk)

    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    token = page.context["url"].split("/")[-2]
    assert fingerprint(token) == AccessLink.objects.get().token_hash
    text = page.content.decode()
    assert page.context["url"] in text
    body = text[text.index("<textarea") : text.index("</textarea>")]
    assert [word for word in ("Noor", "Boer", "Willems") if word in body] == []
    assert services.what_is_asked(token, at=NOON, on=START).side == "support"
    assert "Je kunt één keer antwoorden, tot en met 18 januari." in body


@pytest.mark.parametrize("method", ["get", "head"])
def test_who_comes_back_to_the_text_is_told_where_a_new_link_is(client, draft, method):
    ask(client, draft, way="text")

    page = getattr(client, method)(address(draft, "version-link"), follow=True)

    assert page.redirect_chain == [(draft.get_absolute_url(), 302)]
    said = [str(one) for one in page.context["messages"]]
    assert said[-1:] == [
        "De link zie je maar één keer. Maak een nieuwe: druk nog een keer op de knop."
    ]
    assert AccessLink.objects.count() == 0


def test_a_letter_says_all_with_an_address_and_a_square(client, draft):
    ask(client, draft, way="letter")

    page = send(client, address(draft, "version-link"), asking=Asking.objects.get().pk)

    article = page.content.decode().split("<article")[1].split("</article>")[0]
    assert "speelt Noor bij jullie." in article
    assert "5 januari 2026" in article
    assert "Je kunt antwoorden tot en met 18 januari 2026. Dat kan één keer." in article
    assert page.context["url"] in article
    assert f'<path d="{page.context["qr"].path}">' in article
    assert "Willems" not in article
    assert "Boer" not in article


def test_of_a_mail_there_is_no_text(client, draft):
    ask(client, draft)

    page = send(client, address(draft, "version-link"), asking=Asking.objects.get().pk)

    assert page.status_code == 404
    assert AccessLink.objects.count() == 1


@pytest.mark.parametrize("said", ["", "x", "9" * 30, "0"])
@pytest.mark.parametrize("name", ["version-link", "version-unask"])
def test_an_asking_that_is_not_there_is_not_found(client, draft, name, said):
    assert send(client, address(draft, name), asking=said).status_code == 404


@pytest.mark.parametrize("side", ["", "both"])
def test_a_family_that_is_not_there_is_not_found(client, draft, side):
    assert ask(client, draft, side=side).status_code == 404


def test_of_a_version_that_is_settled_nobody_is_asked(client, draft):
    make_version(draft.agreement.pairing, replaces=draft)

    page = client.get(draft.get_absolute_url())
    answer = ask(client, draft)

    assert [form for _stand, form in page.context["stands"]] == [None, None]
    assert answer.status_code == 302
    assert not Asking.objects.exists()


def test_what_a_family_wants_stands_on_the_page_until_it_was_talked_about(
    client, draft
):
    wanted = wants(draft)
    before = stands(client, draft)["support"]

    send(client, address(draft, "wanted-handled"), wanted=wanted.pk)

    assert [one.words for one in before.wants.changes] == ["Liever op donderdag."]
    assert before.wants.may_read
    wanted.refresh_from_db()
    assert (wanted.handled_at, wanted.handled_by) == (NOON, draft.recorded_by)


def test_a_colleague_of_the_other_family_does_not_read_the_words(client, draft):
    asking = draft.agreement.pairing.request.family.household
    colleague = CoordinatorFactory()
    asking.municipality = colleague.municipalities.get()
    asking.save()
    wants(draft, words="Alleen voor Ilse.")
    client.force_login(colleague.user)

    page = client.get(draft.get_absolute_url())

    assert page.status_code == 200
    assert "Alleen voor Ilse." not in page.content.decode()
    assert "Hun eigen coördinator kan lezen wat ze schreven." in page.content.decode()


def change_page(draft):
    reference = draft.agreement.pairing.reference
    return reverse("agreements:agreement-change", args=[reference])


def test_a_new_version_starts_from_the_draft_and_shows_what_is_wanted(client, draft):
    draft.items.update(ends_at=dt.time(18, 45))
    AgreementVersion.objects.update(reason="Zo gaat het beter.")
    wanted = wants(draft)

    version_page = client.get(draft.get_absolute_url())
    page = client.get(version_page.context["anew_url"])

    assert version_page.context["anew_url"] == change_page(draft)
    draft.refresh_from_db()
    wanted.refresh_from_db()
    assert (draft.is_draft, wanted.handled_at) == (True, None)
    (item,) = page.context["formset"].forms
    assert item["ends_at"].value() == "18.45"
    assert page.context["form"]["reason"].value() == "Zo gaat het beter."
    assert page.context["form"]["effective_from"].value() == "5-1-2026"
    (wish,) = page.context["wishes"]
    assert (wish.name, wish.still_open) == ("gezin Willems", [wanted])
    words = " ".join(page.content.decode().split())
    assert "Gezin Willems wil iets veranderen </strong>" in words
    assert "Liever op donderdag." in words


def test_only_saving_puts_the_draft_away_and_what_was_wanted_with_it(client, draft):
    wanted = wants(draft)
    item = item_data(draft.agreement.pairing, line="1", ends_at="18.00")
    data = editor_data(
        item, initial=1, row_version="1", effective_from="5-1-2026", doen="bewaar"
    )

    answer = pages.send_data(client, change_page(draft), data)

    made = AgreementVersion.objects.get(number=2)
    assert answer.headers["Location"] == made.get_absolute_url()
    draft.refresh_from_db()
    wanted.refresh_from_db()
    assert (draft.is_put_away, wanted.handled_at) == (True, NOON)


def test_a_colleague_of_the_other_family_makes_anew_without_the_words(client, draft):
    asking = draft.agreement.pairing.request.family.household
    colleague = CoordinatorFactory()
    asking.municipality = colleague.municipalities.get()
    asking.save()
    wants(draft, words="Alleen voor Ilse.")
    client.force_login(colleague.user)

    page = client.get(change_page(draft))

    assert page.status_code == 200
    assert "Alleen voor Ilse." not in page.content.decode()
    assert "Hun eigen coördinator kan lezen wat ze schreven." in page.content.decode()


def test_a_correction_is_made_anew_as_a_correction(client, draft):
    first = make_version(draft.agreement.pairing, replaces=draft)
    correction = services.correct(
        first,
        items=[item.terms() for item in first.items.all()],
        by=draft.recorded_by,
        at=NOON,
        reason="Verkeerd gehoord.",
    )

    anew = client.get(correction.get_absolute_url()).context["anew_url"]
    page = client.get(anew)

    assert anew == address(first, "version-correct")
    assert page.context["form"]["reason"].value() == "Verkeerd gehoord."


def test_what_counts_is_made_anew_as_a_change_with_what_is_wanted(client, draft):
    version = make_version(draft.agreement.pairing, replaces=draft)
    wanted = wants(version)

    anew = client.get(version.get_absolute_url()).context["anew_url"]
    page = client.get(anew)

    assert anew == change_page(version)
    assert [one.still_open for one in page.context["wishes"]] == [[wanted]]


NAMES = [
    "version-ask",
    "version-link",
    "version-unask",
    "version-unconfirm",
    "version-remind",
    "wanted-handled",
]


@pytest.mark.parametrize("name", NAMES)
def test_strangers_find_nothing_and_change_nothing(client, draft, name):
    told = question(draft.agreement.pairing, "support", "text")
    asking = services.ask(draft, told, by=draft.recorded_by, at=NOON)
    wanted = wants(draft)
    client.force_login(CoordinatorFactory().user)

    answer = send(
        client,
        address(draft, name),
        side="support",
        way="text",
        asking=asking.pk,
        wanted=wanted.pk,
    )

    assert answer.status_code == 404
    assert (Asking.objects.count(), AccessLink.objects.count()) == (1, 0)
    draft.refresh_from_db()
    wanted.refresh_from_db()
    assert (draft.is_draft, wanted.handled_at) == (True, None)


@pytest.mark.parametrize("name", [one for one in NAMES if one != "version-link"])
def test_looking_does_nothing(client, draft, name):
    assert client.get(address(draft, name)).status_code == 405


@pytest.mark.parametrize("n_askings", [1, 3])
def test_the_page_takes_as_many_queries_however_often_was_asked(
    client, draft, django_assert_num_queries, n_askings
):
    by = draft.recorded_by
    for number in range(n_askings):
        for side in ("request", "support"):
            told = question(draft.agreement.pairing, side)
            at = NOON + dt.timedelta(minutes=number)
            services.ask(draft, told, by=by, at=at)
            wants(draft, side)

    with django_assert_num_queries(19):
        page = client.get(draft.get_absolute_url())

    stands = [one for one, _form in page.context["stands"]]
    assert [len(one.wants.changes) for one in stands] == [n_askings] * 2


def form_data(page, **differs):
    """What a browser would send of the editor."""
    data = {}
    for form in [page.context["form"], *page.context["formset"].forms]:
        for bound in form:
            value = bound.value()
            # Zero is an answer, and equal to False.
            if value is not False and value not in (None, ""):
                data[bound.html_name] = value
    for bound in page.context["formset"].management_form:
        data[bound.html_name] = bound.value()
    return data | differs


def test_the_editor_writes_down_and_asks_at_once(client, draft):
    services.discard_draft(draft, by=draft.recorded_by, at=NOON)
    change = reverse(
        "agreements:agreement-change", args=[draft.agreement.pairing.reference]
    )
    page = client.get(change, {"vanaf": "1"})
    joost = adult_of(draft.agreement.pairing, "support", "Joost")
    sent = form_data(
        page,
        request_channel="mail",
        support_channel="text",
        support_person=joost.reference,
        doen="bewaar",
    )

    answer = client.post(
        change,
        _encoded(sent),
        content_type="application/x-www-form-urlencoded",
    )

    version = AgreementVersion.objects.get(number=2)
    assert answer.headers["Location"] == version.get_absolute_url()
    assert sorted(version.askings.values_list("side", "way", "person__reference")) == [
        ("request", "mail", adult_of(draft.agreement.pairing, "request").reference),
        ("support", "text", joost.reference),
    ]
    assert OutboxMail.objects.get().to == "amira@post.nl"


def test_the_editor_refuses_a_mail_to_who_may_not_be_mailed(client, draft):
    services.discard_draft(draft, by=draft.recorded_by, at=NOON)
    change = reverse(
        "agreements:agreement-change", args=[draft.agreement.pairing.reference]
    )
    page = client.get(change, {"vanaf": "1"})
    joost = adult_of(draft.agreement.pairing, "support", "Joost")
    sent = form_data(
        page,
        support_channel="mail",
        support_person=joost.reference,
        doen="bewaar",
    )

    answer = client.post(
        change,
        _encoded(sent),
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "support_channel": [
            "We mogen deze persoon geen e-mail sturen. Kies een andere manier."
        ]
    }
    assert AgreementVersion.objects.count() == 1


def _encoded(data):
    flat = [
        (name, _typed(one))
        for name, value in data.items()
        for one in (value if isinstance(value, list | tuple) else [value])
    ]
    return urlencode(flat)


def _typed(value):
    return f"{value:%d-%m-%Y}" if isinstance(value, dt.date) else value


def test_a_late_yes_by_link_stands_on_the_page(client, draft):
    pairing = draft.agreement.pairing
    make_version(pairing, replaces=draft)
    stop = services.stop(
        pairing,
        effective_from=dt.date(2026, 2, 2),
        by=draft.recorded_by,
        at=NOON,
        said=services.Yes("request", "discussed", START),
    )
    before = stands(client, stop)["support"]

    services.say_yes_by_link(link_to(stop, "support"), at=NOON, on=START)

    after = stands(client, stop)["support"]
    assert (before.waits, before.yes) == (True, None)
    assert (after.waits, after.yes.channel) == (False, "link")
