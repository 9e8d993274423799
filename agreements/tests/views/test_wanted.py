"""What a family told its coordinator that it wants otherwise."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from agreements import services
from agreements.models import AgreementVersion, WantedChange
from agreements.panels import waiting
from agreements.tests.asked import link_to
from agreements.tests.evaluating import across_the_border
from agreements.tests.factories import (
    START,
    has_ended,
    make_pairing,
    make_version,
    wednesdays,
)
from families.models import AuditEvent
from families.tests.factories import CoordinatorFactory
from matching.tests.pages import send
from matching.wording.names import Names

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
WORDS = "Liever op donderdag."
SAID = {"words": WORDS, "heard_on": "23-11-2026"}


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def version(client):
    """What holds now; the coordinator of the pairing is logged in."""
    pairing = make_pairing(active=True)
    client.force_login(pairing.lead.user)
    return make_version(pairing)


def draft_after(version):
    pairing = version.agreement.pairing
    items = [wednesdays(pairing, line=1, ends_at=dt.time(16))]
    return make_version(
        pairing, effective_from=TODAY, items=items, settled=False, at=NOW
    )


def page_of(version, side="steungezin"):
    reference = version.agreement.pairing.reference
    return reverse("agreements:wanted-note", args=[reference, version.number, side])


def agreement_page(version):
    reference = version.agreement.pairing.reference
    return reverse("agreements:agreement-detail", args=[reference])


def noted(version, side="support", words=WORDS, **differs):
    given = {"heard_on": TODAY, "by": version.recorded_by, "at": NOW}
    return services.note_wanted_change(
        version, side=side, words=words, **given | differs
    )


def stands(client, version):
    page = client.get(version.get_absolute_url())
    return {one.side: one.wants for one, _form in page.context["stands"]}


def on_the_agreement_page(client, version):
    return {
        one.side: one for one in client.get(agreement_page(version)).context["wants"]
    }


def test_what_was_heard_about_what_holds_is_written_down(client, version):
    page = client.get(page_of(version))
    answer = send(client, page_of(version), **SAID)

    wanted = WantedChange.objects.get()
    assert page.context["form"]["heard_on"].value() == "23-11-2026"
    assert answer.headers["Location"] == version.get_absolute_url()
    assert (wanted.version, wanted.side, wanted.words) == (version, "support", WORDS)
    assert (wanted.person, wanted.recorded_by, wanted.recorded_at) == (
        None,
        version.agreement.pairing.lead.user,
        NOW,
    )


def test_of_a_draft_it_is_written_down_with_the_draft(client, version):
    draft = draft_after(version)

    send(client, page_of(draft, "vraaggezin"), **SAID)

    wanted = WantedChange.objects.get()
    assert (wanted.version, wanted.side) == (draft, "request")
    draft.refresh_from_db()
    assert draft.is_draft


def test_it_counts_from_the_day_on_which_it_was_heard(client, version):
    send(client, page_of(version), **SAID | {"heard_on": "20-11-2026"})

    noon = dt.datetime(2026, 11, 20, 11, tzinfo=dt.UTC)
    assert WantedChange.objects.get().recorded_at == noon
    (row,) = waiting.today_rows(Names(version.recorded_by), on=TODAY)
    assert row.since == dt.date(2026, 11, 20)


def test_it_stands_on_both_pages_and_on_the_list_until_it_was_talked_about(
    client, version
):
    send(client, page_of(version), **SAID)
    shown = [
        client.get(version.get_absolute_url()),
        client.get(agreement_page(version)),
    ]
    (row,) = waiting.today_rows(Names(version.recorded_by), on=TODAY)
    reference, wanted = version.agreement.pairing.reference, WantedChange.objects.get()
    handled = reverse("agreements:wanted-handled", args=[reference, version.number])

    send(client, handled, wanted=wanted.pk)

    assert [WORDS in page.text for page in shown] == [True, True]
    assert (row.why, row.action_url) == (
        "Gezin Willems wil iets veranderen.",
        version.get_absolute_url(),
    )
    wanted.refresh_from_db()
    assert (wanted.handled_at, wanted.handled_by) == (NOW, version.recorded_by)
    assert waiting.today_rows(Names(version.recorded_by), on=TODAY) == []
    assert WORDS in client.get(version.get_absolute_url()).text
    assert WORDS not in client.get(agreement_page(version)).text


def test_each_family_has_a_way_to_write_it_down(client, version):
    draft = draft_after(version)

    pages = {
        one: client.get(one).text
        for one in (draft.get_absolute_url(), agreement_page(version))
    }

    for side, name in (("vraaggezin", "De Boer"), ("steungezin", "Willems")):
        assert page_of(draft, side) in pages[draft.get_absolute_url()]
        assert page_of(version, side) in pages[agreement_page(version)]
        label = f"Noteer: gezin {name} wil iets veranderen"
        assert [label in " ".join(text.split()) for text in pages.values()] == [
            True,
            True,
        ]


def test_the_same_form_twice_is_once(client, version):
    first = send(client, page_of(version), **SAID)
    again = send(client, page_of(version), **SAID)
    other = send(client, page_of(version), **SAID | {"words": "En korter."})

    assert first.headers["Location"] == again.headers["Location"]
    assert other.status_code == 302
    assert [one.words for one in WantedChange.objects.order_by("pk")] == [
        WORDS,
        "En korter.",
    ]


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"words": ""}, "words"),
        ({"words": "x" * 1001}, "words"),
        ({"heard_on": "24-11-2026"}, "heard_on"),
        ({"heard_on": "gisteren?"}, "heard_on"),
        ({"heard_on": ""}, "heard_on"),
        ({"heard_on": "4-1-2026"}, "__all__"),
    ],
)
def test_what_cannot_be_is_said_and_kept(client, version, differs, field):
    given = SAID | differs

    page = send(client, page_of(version), **given)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"]["words"].value() == given["words"]
    assert WantedChange.objects.count() == 0


def test_of_a_version_that_was_put_away_meanwhile_the_words_are_kept(client, version):
    draft = draft_after(version)
    services.discard_draft(draft, by=version.recorded_by, at=NOW)

    page = send(client, page_of(draft), **SAID)

    assert page.status_code == 422
    assert page.context["form"].non_field_errors() == [
        "Deze versie geldt niet meer. Er is niets kwijt: je tekst staat hieronder."
        " Noteer het bij wat nu geldt."
    ]
    assert WORDS in page.text
    assert agreement_page(version) in page.text
    assert WantedChange.objects.count() == 0
    assert client.get(page_of(draft)).headers["Location"] == draft.get_absolute_url()


def test_of_a_version_that_another_one_followed_nothing_is_noted(client, version):
    pairing = version.agreement.pairing
    items = [wednesdays(pairing, line=1, ends_at=dt.time(16))]
    later = make_version(pairing, effective_from=TODAY, items=items, at=NOW)
    version.refresh_from_db()

    assert version.is_current
    assert send(client, page_of(version), **SAID).status_code == 422
    assert send(client, page_of(later), **SAID).status_code == 302
    assert [one.may_note for one in stands(client, version).values()] == [False] * 2


def test_of_what_is_still_to_come_it_can_be_noted(client, version):
    pairing = version.agreement.pairing
    items = [wednesdays(pairing, line=1, ends_at=dt.time(16))]
    first = dt.date(2026, 12, 7)
    coming = make_version(pairing, effective_from=first, items=items, at=NOW)

    assert send(client, page_of(coming), **SAID).status_code == 302
    assert send(client, page_of(version), **SAID).status_code == 302


def test_of_a_pairing_that_ended_the_words_are_kept(client, version):
    has_ended(version.agreement.pairing, on=dt.date(2026, 11, 20))

    looked = client.get(page_of(version))
    page = send(client, page_of(version), **SAID)

    assert looked.headers["Location"] == version.get_absolute_url()
    assert page.status_code == 422
    assert WORDS in page.text
    assert WantedChange.objects.count() == 0
    assert page_of(version) not in client.get(version.get_absolute_url()).text


def test_words_stand_encrypted_and_not_in_the_audit(client, version):
    send(client, page_of(version), **SAID)

    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM agreements_wantedchange")
        (stored,) = cursor.fetchone()
    last = AuditEvent.objects.exclude(verb="read").order_by("pk").last()
    assert "donderdag" not in str(stored)
    assert (last.verb, last.fields) == ("changed", "wanted_changes")


def test_across_the_border_one_speaks_for_the_own_family_only(client, version):
    noted(version, "request", "Alleen voor Ilse.")
    noted(version, "support", "Voor ons ook.")
    client.force_login(across_the_border(version.agreement.pairing))
    hers = WantedChange.objects.get(side="request")
    reference = version.agreement.pairing.reference
    handled = reverse("agreements:wanted-handled", args=[reference, version.number])

    pages = [
        client.get(version.get_absolute_url()),
        client.get(agreement_page(version)),
    ]
    refused = [
        client.get(page_of(version, "vraaggezin")),
        send(client, page_of(version, "vraaggezin"), **SAID),
        send(client, handled, wanted=hers.pk),
    ]
    own = send(client, page_of(version), **SAID)

    assert [page.status_code for page in refused] == [404] * 3
    assert ["Alleen voor Ilse." in page.text for page in pages] == [False, False]
    assert ["Voor ons ook." in page.text for page in pages] == [True, True]
    assert [page_of(version, "vraaggezin") in page.text for page in pages] == [
        False,
        False,
    ]
    hers.refresh_from_db()
    assert (own.status_code, hers.handled_at) == (302, None)
    assert WantedChange.objects.count() == 3


@pytest.mark.parametrize("side", ["kind", "request"])
def test_a_family_that_is_not_there_is_not_found(client, version, side):
    assert send(client, page_of(version, side), **SAID).status_code == 404


def test_strangers_find_and_write_nothing(client, version):
    noted(version)
    client.force_login(CoordinatorFactory().user)

    looked, sent = client.get(page_of(version)), send(client, page_of(version), **SAID)

    assert (looked.status_code, sent.status_code) == (404, 404)
    assert WORDS not in sent.text
    assert WantedChange.objects.count() == 1


def test_the_title_names_nobody(client, version):
    text = " ".join(client.get(page_of(version)).text.split())

    title = text.partition("<title>")[2].partition("</title>")[0]
    assert title.strip() == "Wat er anders moet bij D. en W. – Buurtgezinnen"


def test_by_link_and_by_telephone_stand_together(client, version):
    draft = draft_after(version)
    token = link_to(draft, "support", at=NOW)
    services.want_change_by_link(token, words="Per link.", at=NOW, on=TODAY)
    noted(draft, words="Aan de telefoon.")

    changes = stands(client, draft)["support"].changes

    assert [one.words for one in changes] == ["Aan de telefoon.", "Per link."]
    assert len(waiting.today_rows(Names(version.recorded_by), on=TODAY)) == 1


def test_a_new_version_settles_what_was_noted_with_the_draft(client, version):
    draft = draft_after(version)
    wanted = noted(draft)

    services.discard_draft(draft, by=version.recorded_by, at=NOW)

    wanted.refresh_from_db()
    assert wanted.handled_at == NOW
    assert AgreementVersion.objects.count() == 2


@pytest.mark.parametrize("n", [1, 3])
def test_the_agreement_page_reads_them_at_once(
    client, version, django_assert_num_queries, n
):
    for number in range(n):
        noted(version, words=f"Keer {number}")
        noted(version, "request", words=f"Keer {number}")

    with django_assert_num_queries(17):
        page = client.get(agreement_page(version))

    assert [len(one.changes) for one in page.context["wants"]] == [n, n]


def test_it_is_noted_with_the_day_of_the_start_at_the_earliest(version):
    with pytest.raises(services.BeforeThePairing):
        noted(version, heard_on=START - dt.timedelta(days=1))
    with pytest.raises(services.SaidInTheFuture):
        noted(version, heard_on=TODAY + dt.timedelta(days=1))
    assert WantedChange.objects.count() == 0
