"""One version: its words, what it changed, who said yes, and on paper."""

import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements import services
from agreements.models import AgreementVersion
from agreements.services import Yes
from agreements.tests.asked import link_to
from agreements.tests.factories import (
    NOON,
    START,
    THURSDAY,
    both_yes,
    has_ended,
    make_version,
)
from agreements.tests.views.pages import (
    SENTENCE,
    change_of,
    links_of,
    send_data,
    url,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)


def test_version_page_shows_both_words_and_the_difference(lead, pairing):
    first = make_version(pairing)
    item = replace(first.terms()[0], weekdays=THURSDAY)
    make_version(pairing, effective_from=MARCH, items=[item], at=NOON + DAY)

    response = lead.get(url(pairing, "version-detail", 2))

    assert response.context["other"] == first
    assert [stand.name for stand, _ask in response.context["stands"]] == [
        "Gezin De Boer",
        "Gezin Willems",
    ]
    assert [one.title for one in response.context["shown"].changes] == ["Spelen (Noor)"]
    assert response.context["form"] is None


def test_the_successor_is_found_where_all_was_written_within_one_instant(lead, pairing):
    item = make_version(pairing).terms()[0]
    make_version(pairing, effective_from=MARCH, items=[replace(item, weekdays=8)])
    for number, end in ((1, 18), (3, 16)):
        services.correct(
            AgreementVersion.objects.get(number=number),
            items=[replace(item, ends_at=dt.time(end))],
            by=pairing.lead.user,
            at=NOON,
            confirmations=both_yes(START),
        )

    pages = [lead.get(url(pairing, "version-detail", n)).context for n in (1, 3, 4)]

    found = [(page["successor"], page["other"]) for page in pages]
    numbers = [tuple(one and one.number for one in pair) for pair in found]
    assert numbers == [(3, None), (4, 1), (None, 3)]


def test_any_two_versions_can_be_compared(lead, pairing):
    first = make_version(pairing)
    for number, weekday in ((1, THURSDAY), (2, 1 << 4)):
        make_version(
            pairing,
            effective_from=START + number * DAY,
            items=[replace(first.terms()[0], weekdays=weekday)],
            at=NOON + number * DAY,
        )

    response = lead.get(url(pairing, "version-detail", 3), {"tegen": "1"})

    change = response.context["shown"].changes[0]
    assert [(one.was, one.becomes) for one in change.lines] == [("woensdag", "vrijdag")]


@pytest.mark.parametrize("asked", ["1", "9", "x", "-1", "9" * 40, "²"])
def test_a_comparison_with_nothing_is_not_found(lead, pairing, asked):
    make_version(pairing)

    response = lead.get(url(pairing, "version-detail"), {"tegen": asked})

    assert response.status_code == 404


def test_noting_the_last_yes_settles_the_version(lead, pairing):
    version = make_version(
        pairing, settled=False, confirmations=[Yes("request", "discussed", START)]
    )
    data = {"side": "support", "channel": "paper", "on": "6-1-2026"}

    response = send_data(lead, url(pairing, "version-confirm"), data)

    version.refresh_from_db()
    assert response.url == version.get_absolute_url()
    assert version.is_current
    assert version.confirmations.get(side="support").recorded_by == pairing.lead.user


def test_a_yes_to_a_stop_says_when_they_stop(lead, pairing):
    make_version(pairing)
    stop = services.stop(
        pairing,
        effective_from=MARCH,
        said=Yes("support", "discussed", START),
        by=pairing.lead.user,
        at=NOON + DAY,
    )
    data = {"side": "request", "channel": "paper", "on": "7-1-2026"}

    response = send_data(lead, url(pairing, "version-confirm", stop.number), data)

    page = lead.get(response.url)
    assert [str(one) for one in page.context["messages"]] == [
        "De afspraken stoppen op 1 maart 2026."
    ]


def test_the_same_yes_twice_is_told_and_kept_once(lead, pairing):
    version = make_version(pairing, settled=False)
    data = {"side": "support", "channel": "paper", "on": "6-1-2026"}
    send_data(lead, url(pairing, "version-confirm"), data)

    response = send_data(lead, url(pairing, "version-confirm"), data)

    assert response.status_code == 422
    assert version.confirmations.count() == 1


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"side": ""}, "side"),
        ({"side": "everybody"}, "side"),
        ({"channel": "link"}, "channel"),
        ({"on": "32-1-2026"}, "on"),
        ({"on": "1-1-2099"}, "on"),
        ({"on": "x" * 10_000}, "on"),
    ],
)
def test_a_yes_that_cannot_be_is_explained(lead, pairing, differs, field):
    version = make_version(pairing, settled=False)
    data = {"side": "support", "channel": "paper", "on": "6-1-2026"} | differs

    response = send_data(lead, url(pairing, "version-confirm"), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert version.confirmations.count() == 0


def test_a_draft_is_put_away_and_stays_readable(lead, pairing):
    version = make_version(pairing, settled=False)

    response = send_data(lead, url(pairing, "version-discard"), {})

    version.refresh_from_db()
    assert response.url == url(pairing, "agreement-detail")
    assert version.is_put_away
    page = lead.get(version.get_absolute_url())
    assert [one.sentences for one in page.context["items"]] == [SENTENCE]


def test_what_is_settled_is_not_put_away(lead, pairing):
    version = make_version(pairing)

    response = send_data(lead, url(pairing, "version-discard"), {}, follow=True)

    version.refresh_from_db()
    assert version.is_current
    assert [str(one) for one in response.context["messages"]] == [
        "Deze versie wacht niet meer op een antwoord."
    ]


def test_a_draft_from_after_the_end_can_only_be_put_away(lead, pairing):
    draft = make_version(pairing, effective_from=MARCH + DAY, settled=False)
    has_ended(pairing, on=MARCH)

    response = lead.get(draft.get_absolute_url())

    assert response.context["form"] is None
    assert links_of(response) == []
    assert url(pairing, "version-discard") in response.content.decode()


def test_paper_has_the_sentences_the_number_and_lines_to_sign(lead, pairing):
    make_version(pairing)
    telephone = pairing.lead.telephone.as_national

    response = lead.get(url(pairing, "version-print"))

    text = " ".join(response.content.decode().split())
    # Both families read it: by first names, as neither is "you".
    assert [one.sentences for one in response.context["items"]] == [
        SENTENCE.replace("gezin Willems", "Karin en Joost")
        .replace("Gezin De Boer", "Amira")
        .replace("Gezin Willems brengt", "Karin en Joost brengen")
    ]
    paper = text.partition("<article")[2].partition("</article>")[0]
    assert [word for word in ("Willems", "De Boer") if word in paper] == []
    assert f"telefoon {telephone}." in text
    assert text.count("Datum en handtekening") == 3


def told(client, version):
    """What the page of a version says at its top."""
    page = client.get(version.get_absolute_url())
    return [str(one) for one in page.context["messages"]]


def test_a_noted_yes_says_who_comes_next_and_can_be_taken_back(lead, pairing):
    version = make_version(pairing, settled=False)
    data = {"side": "support", "channel": "paper", "on": "6-1-2026"}

    send_data(lead, url(pairing, "version-confirm"), data)

    assert told(lead, version) == [
        "Het ja van gezin Willems is genoteerd. Nu nog gezin De Boer."
    ]
    undo = reverse("agreements:version-unconfirm", args=[pairing.reference, 1])
    assert undo in lead.get(version.get_absolute_url()).content.decode()

    answers = [send_data(lead, undo, {"side": "support"}) for _time in range(2)]

    assert [one.url for one in answers] == [version.get_absolute_url()] * 2
    assert version.confirmations.count() == 0
    page = lead.get(version.get_absolute_url())
    assert undo not in page.content.decode()


def test_what_counts_or_was_said_by_link_is_not_taken_back(lead, pairing):
    version = make_version(pairing)
    waits = change_of(pairing)
    now = timezone.now()
    token = link_to(waits, "support", at=now)
    services.say_yes_by_link(token, at=now, on=timezone.localdate(now))
    pages = [
        reverse("agreements:version-unconfirm", args=[pairing.reference, number])
        for number in (1, 2)
    ]

    shown = lead.get(waits.get_absolute_url()).content.decode()
    said = []
    for one, address in zip((version, waits), pages, strict=True):
        send_data(lead, address, {"side": "support"})
        said += told(lead, one)

    assert pages[1] not in shown
    assert said == [
        "Deze versie wacht niet meer op een antwoord.",
        "Dit gezin zei zelf ja met de link. Bel het gezin.",
    ]
    assert (version.confirmations.count(), waits.confirmations.count()) == (2, 1)


def test_a_yes_of_nobody_is_not_taken_back(lead, pairing):
    make_version(pairing, settled=False)
    undo = reverse("agreements:version-unconfirm", args=[pairing.reference, 1])

    answers = [send_data(lead, undo, {"side": side}) for side in ("", "both")]

    assert [one.status_code for one in answers] == [404, 404]
