"""The editor: a first version, a change, a correction, a draft."""

import datetime as dt

import pytest
from django.utils import timezone

from agreements import services
from agreements.models import AgreementVersion
from agreements.services import Yes
from agreements.tests.factories import (
    NOON,
    START,
    THURSDAY,
    both_yes,
    child_of,
    has_ended,
    make_version,
    wednesdays,
)
from agreements.tests.test_forms import editor_data, item_data
from agreements.tests.views.pages import (
    all_written,
    change_of,
    send_data,
    url,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)


def test_saving_without_a_change_is_refused(lead, pairing):
    make_version(pairing)
    data = editor_data(
        item_data(pairing, line="1"),
        initial=1,
        row_version="1",
        effective_from="1-3-2026",
        reason="Zomaar.",
    )
    before = all_written()

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert (response.status_code, all_written()) == (422, before)
    assert response.context["form"].non_field_errors() == [
        "Er verandert niets. Kies eerst wat anders wordt."
    ]


@pytest.mark.parametrize(
    ("said", "notice"),
    [
        ([], ""),
        (
            [Yes("support", "paper", START)],
            " Het ja van gezin Willems vervalt. Vraag het opnieuw.",
        ),
    ],
)
def test_the_editor_says_whose_yes_lapses(lead, pairing, said, notice):
    make_version(pairing)
    change_of(pairing, confirmations=said)

    response = lead.get(url(pairing, "agreement-change"))

    text = " ".join(response.content.decode().split())
    assert (
        "Versie 2 wacht nog op een ja. Als je hier bewaart, komt dit ervoor in de"
        f" plaats.{notice} </p>"
    ) in text


def test_the_first_version_starts_from_what_was_asked_and_offered(lead, pairing):
    response = lead.get(url(pairing, "agreement-change"))

    form = response.context["formset"].forms[0]
    names = ("line", "kind", "children", "rhythm", "weekdays", "dayparts")
    assert [form[name].value() for name in names] == [
        0,
        0,
        [child_of(pairing)],
        "weekly",
        ["2"],
        ["1"],
    ]


def test_the_next_version_starts_as_a_copy_of_the_last(lead, pairing):
    version = make_version(pairing)

    response = lead.get(url(pairing, "agreement-change"))

    forms = response.context["formset"].forms
    assert [form["line"].value() for form in forms] == [version.terms()[0].line]
    assert response.context["shown"].changes == []


def test_saving_records_a_version_and_shows_it(lead, pairing):
    data = editor_data(
        item_data(pairing),
        effective_from="1 maart 2026",
        reason="Noor vraagt erom.",
        request_channel="discussed",
        request_on="5-1-2026",
        support_channel="paper",
        support_on="6-1-2026",
        doen="bewaar",
    )

    response = send_data(lead, url(pairing, "agreement-change"), data)

    version = AgreementVersion.objects.get()
    assert (response.status_code, response.url) == (302, version.get_absolute_url())
    assert version.terms() == (wednesdays(pairing, line=1),)
    assert (version.effective_from, version.reason) == (MARCH, "Noor vraagt erom.")
    said = version.confirmations.order_by("side")
    assert [(one.side, one.channel, one.on) for one in said] == [
        ("request", "discussed", dt.date(2026, 1, 5)),
        ("support", "paper", dt.date(2026, 1, 6)),
    ]
    assert version.is_current


def test_enter_in_a_field_saves(lead, pairing):
    data = editor_data(item_data(pairing))

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert response.status_code == 302
    assert AgreementVersion.objects.count() == 1


def test_looking_at_what_changes_records_nothing(lead, pairing):
    make_version(pairing)
    data = editor_data(
        item_data(pairing, line="1", weekdays=["3"]),
        item_data(pairing, 1, kind="1", brings="", fetches=""),
        initial=1,
        row_version="1",
        doen="bekijk",
    )

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert response.status_code == 200
    assert [one.summary for one in response.context["shown"].changes] == [
        "Spelen (Noor): wanneer van “woensdag” naar “donderdag”.",
        "Nieuw: Elke woensdag van 13.00 tot 17.00 uur eet Noor mee bij gezin Willems."
        " In de schoolvakantie niet.",
    ]
    assert response.context["day"] == dt.date(2026, 12, 1)
    assert AgreementVersion.objects.count() == 1


def test_htmx_gets_only_the_preview_of_the_same_form(lead, pairing):
    make_version(pairing)
    data = editor_data(
        item_data(pairing, line="1", weekdays=["3"]),
        initial=1,
        row_version="1",
        doen="bekijk",
    )

    response = send_data(
        lead, url(pairing, "agreement-change"), data, headers={"HX-Request": "true"}
    )

    assert response.content.decode().strip().startswith('<section id="preview"')
    assert (response.status_code, AgreementVersion.objects.count()) == (200, 1)
    assert response.headers["Vary"] == "HX-Request, Cookie, Accept-Encoding"


def test_the_preview_names_what_families_did_not_say(lead, pairing):
    data = editor_data(
        item_data(pairing, kind="2", weekdays=["3", "4"], ends_at="9"), doen="bekijk"
    )

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert response.context["remarks"] == [
        "Gezin De Boer noemde donderdagmiddag, donderdagavond, donderdagnacht,"
        " vrijdagochtend, vrijdagmiddag, vrijdagavond, vrijdagnacht en zaterdagochtend"
        " niet. Klopt dit?",
        "Gezin De Boer noemde ‘Logeren’ niet. Klopt dit?",
        "Gezin De Boer zei: elke week. Dit is ongeveer 8,7 dagen per maand. Is dit vol"
        " te houden?",
        "Gezin Willems noemde donderdagmiddag, donderdagavond, donderdagnacht,"
        " vrijdagochtend, vrijdagmiddag, vrijdagavond, vrijdagnacht en zaterdagochtend"
        " niet. Klopt dit?",
        "Gezin Willems noemde ‘Logeren’ niet. Klopt dit?",
        "Gezin Willems zei: elke week. Dit is ongeveer 8,7 dagen per maand. Is dit vol"
        " te houden?",
    ]


def test_what_both_families_said_gives_no_remark(lead, pairing):
    data = editor_data(item_data(pairing), doen="bekijk")

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert response.context["remarks"] == []


def test_the_preview_reads_as_each_family_will_read_it(lead, pairing):
    data = editor_data(item_data(pairing), doen="bekijk")

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert response.context["readers"] == [
        (
            "gezin Willems",
            [
                "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij jullie. Amira"
                " brengt. Jullie brengen terug. In de schoolvakantie niet."
            ],
        ),
        (
            "gezin De Boer",
            [
                "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij Karin en Joost."
                " Jullie brengen. Karin en Joost brengen terug. In de schoolvakantie"
                " niet."
            ],
        ),
    ]


def test_one_more_item_keeps_what_was_typed(lead, pairing):
    data = editor_data(item_data(pairing, note="Laarzen mee."), doen="voeg-toe")

    response = send_data(lead, url(pairing, "agreement-change"), data)

    forms = response.context["formset"].forms
    assert response.status_code == 200
    assert [form["note"].value() for form in forms] == ["Laarzen mee.", None]
    assert AgreementVersion.objects.count() == 0


def test_what_a_colleague_recorded_meanwhile_is_shown_and_nothing_is_lost(
    lead, pairing
):
    item = item_data(pairing, weekdays=["3"], note="Laarzen mee.")
    data = editor_data(item, seen="0")
    make_version(pairing, at=timezone.now())

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Deze afspraken zijn intussen veranderd: versie 1 telt nu. Hieronder zie je"
        " hoe jouw tekst daarvan verschilt. Er is niets van jou weg. Wil je het zo"
        " houden? Bewaar dan nog een keer."
    ]
    assert response.context["base"] == AgreementVersion.objects.get()
    assert [one.state for one in response.context["shown"].changes] == ["stops", "new"]
    form = response.context["formset"].forms[0]
    assert (form["note"].value(), form["weekdays"].value()) == ("Laarzen mee.", ["3"])


def test_a_change_that_waits_meanwhile_is_shown_beside_what_was_typed(lead, pairing):
    make_version(pairing)
    item = item_data(pairing, line="1", weekdays=["4"])
    data = editor_data(item, initial=1, row_version="1", seen="1", doen="bewaar")
    theirs = change_of(pairing)

    first = send_data(lead, url(pairing, "agreement-change"), data)
    data["row_version"] = str(first.context["form"]["row_version"].value())
    looked = send_data(
        lead, url(pairing, "agreement-change"), data | {"doen": "bekijk"}
    )
    saved = send_data(lead, url(pairing, "agreement-change"), data)

    assert first.status_code == 422
    assert first.context["form"].non_field_errors() == [
        "Deze afspraken zijn intussen veranderd: er staat nu een versie 2. Jouw tekst"
        " staat hieronder nog. Bewaar je, dan komt die in de plaats van versie 2."
    ]
    for page in (first, looked):
        assert page.context["newer"] == theirs
        (line,) = page.context["shown"].changes[0].lines
        assert (line.was, line.becomes) == ("donderdag", "vrijdag")
        words = " ".join(page.content.decode().split())
        assert "Dit staat in versie 2 </h2>" in words
        assert "Elke donderdag van 13.00 tot 17.00 uur" in words
    assert saved.status_code == 302
    theirs.refresh_from_db()
    assert theirs.is_put_away


def test_a_yes_that_was_noted_meanwhile_is_told_as_that(lead, pairing):
    version = make_version(pairing, settled=False)
    item = item_data(pairing, line="1", weekdays=["4"])
    data = editor_data(item, initial=1, row_version="1", seen="1")
    services.confirm(
        version,
        side="support",
        channel="paper",
        on=START,
        by=pairing.lead.user,
        at=NOON + DAY,
    )

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert response.context["newer"] is None
    assert response.context["form"].non_field_errors() == [
        "Intussen is er iets genoteerd bij deze afspraken, zoals een ja of een pauze."
        " Jouw tekst staat hieronder nog. Wil je het zo houden? Bewaar dan nog een"
        " keer."
    ]


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 5000, "²"])
def test_a_form_that_does_not_say_what_was_seen_is_a_form(lead, pairing, seen):
    make_version(pairing)
    item = item_data(pairing, line="1", weekdays=["4"])
    data = editor_data(item, initial=1, row_version="0", seen=seen)

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert (response.status_code, response.context["newer"]) == (422, None)


def test_what_was_corrected_meanwhile_is_shown_and_nothing_is_lost(lead, pairing):
    first = make_version(pairing)
    item = item_data(pairing, line="1", weekdays=["4"])
    data = editor_data(item, initial=1, row_version="1", seen="1")
    del data["effective_from"]
    theirs = services.correct(
        first,
        items=[wednesdays(pairing, line=1, weekdays=THURSDAY)],
        by=pairing.lead.user,
        at=NOON + DAY,
        confirmations=both_yes(START),
    )

    response = send_data(lead, url(pairing, "version-correct"), data)
    data["row_version"] = str(response.context["form"]["row_version"].value())
    saved = send_data(lead, url(pairing, "version-correct"), data)

    assert (response.status_code, response.context["newer"]) == (422, theirs)
    (form,) = response.context["formset"].forms
    assert form["weekdays"].value() == ["4"]
    assert saved.status_code == 302
    assert AgreementVersion.objects.get(number=3).kind == "correction"


def test_after_the_warning_the_same_form_saves(lead, pairing):
    data = editor_data(item_data(pairing, weekdays=["3"]))
    make_version(pairing, at=timezone.now())
    response = send_data(lead, url(pairing, "agreement-change"), data)
    data["row_version"] = str(response.context["form"]["row_version"].value())

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert (response.status_code, AgreementVersion.objects.count()) == (302, 2)


def test_sent_twice_what_counts_at_once_is_recorded_once(lead, pairing):
    make_version(pairing, items=[wednesdays(pairing, weekdays=0b1100)])
    item = item_data(pairing, line="1")
    data = editor_data(
        item,
        initial=1,
        doen="bewaar",
        row_version="1",
        request_channel="discussed",
        request_on="6-1-2026",
    )

    answers = [
        send_data(lead, url(pairing, "agreement-change"), data) for _time in range(2)
    ]

    recorded = AgreementVersion.objects.get(number=2)
    assert recorded.is_current
    assert [one.status_code for one in answers] == [302, 302]
    assert {one.url for one in answers} == {recorded.get_absolute_url()}
    page = lead.get(recorded.get_absolute_url())
    assert len(page.context["messages"]) == len(answers)
    assert AgreementVersion.objects.count() == 2


def test_sent_twice_it_is_recorded_once(lead, pairing):
    data = editor_data(item_data(pairing))

    first = send_data(lead, url(pairing, "agreement-change"), data)
    second = send_data(lead, url(pairing, "agreement-change"), data)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert AgreementVersion.objects.count() == 1


def test_an_open_draft_is_gone_on_with_and_replaced(lead, pairing):
    make_version(pairing)
    draft = make_version(
        pairing,
        effective_from=MARCH,
        items=[wednesdays(pairing, line=1, weekdays=THURSDAY)],
        at=NOON + DAY,
        settled=False,
    )
    response = lead.get(url(pairing, "agreement-change"))
    assert response.context["formset"].forms[0]["weekdays"].value() == ["3"]
    data = editor_data(
        item_data(pairing, line="1", weekdays=["4"]),
        initial=1,
        row_version="2",
        effective_from="1-3-2026",
    )

    send_data(lead, url(pairing, "agreement-change"), data)

    draft.refresh_from_db()
    versions = AgreementVersion.objects.order_by("number")
    assert draft.is_put_away
    assert [(one.number, one.is_draft) for one in versions] == [
        (1, False),
        (2, False),
        (3, True),
    ]


HOSTILE = {
    "empty": "",
    "long": "x" * 10_000,
    "nul": "a\0b",
    "emoji": "\U0001f600" * 50,
    "hidden": "\u202egnol",
    "hebrew": "\u05e9\u05dc\u05d5\u05dd",
    "script": "<script>",
}
SAYS_MUCH = {"emoji", "hidden", "hebrew", "script"}

# What each field takes; all the rest is refused.
TAKEN = {
    "effective_from": set(),
    "reason": {"empty", *SAYS_MUCH},
    "row_version": set(),
    "request_channel": {"empty"},
    "request_on": {"empty"},
    "item-0-line": {"empty"},
    "item-0-kind": set(),
    "item-0-children": set(),
    "item-0-rhythm": set(),
    "item-0-every": {"empty"},
    "item-0-first_on": {"empty"},
    "item-0-weekdays": set(),
    "item-0-dayparts": set(),
    "item-0-starts_at": set(),
    "item-0-where": set(),
    "item-0-brings": {"empty"},
    "item-0-holidays": set(),
    "item-0-note": {"empty", *SAYS_MUCH},
    "item-TOTAL_FORMS": set(),
    "item-INITIAL_FORMS": set(),
}


@pytest.mark.parametrize(
    ("field", "typed"), [(f, t) for f, taken in TAKEN.items() for t in sorted(taken)]
)
def test_the_editor_takes_what_a_field_may_say(lead, pairing, field, typed):
    data = editor_data(item_data(pairing)) | {field: HOSTILE[typed]}

    response = send_data(lead, url(pairing, "agreement-change"), data)

    version = AgreementVersion.objects.get()
    assert (response.status_code, response.url) == (302, version.get_absolute_url())
    said = HOSTILE[typed].removeprefix("\u202e")
    note = said if field == "item-0-note" else ""
    brings = "" if field == "item-0-brings" else "request_family"
    assert version.reason == (said if field == "reason" else "")
    assert version.terms() == (wednesdays(pairing, line=1, note=note, brings=brings),)


@pytest.mark.parametrize(
    ("field", "typed"),
    [(f, t) for f, taken in TAKEN.items() for t in HOSTILE if t not in taken],
)
def test_the_editor_refuses_what_a_field_cannot_say(lead, pairing, field, typed):
    data = editor_data(item_data(pairing)) | {field: HOSTILE[typed]}

    response = send_data(lead, url(pairing, "agreement-change"), data)

    assert (response.status_code, AgreementVersion.objects.count()) == (422, 0)
    assert 'id="problems-title"' in response.content.decode()


def test_what_was_typed_wrong_stays_on_the_page(lead, pairing):
    data = editor_data(item_data(pairing, starts_at="half twee"), reason="Zwemles.")

    response = send_data(lead, url(pairing, "agreement-change"), data)

    text = response.content.decode()
    assert response.status_code == 422
    assert response.context["formset"].errors == [
        {"starts_at": ["‘half twee’ is geen tijd. Schrijf bijvoorbeeld 13.30."]}
    ]
    assert 'value="half twee"' in text
    assert "Zwemles.</textarea>" in text
    assert "<title> Fout:" in " ".join(text.split())


def test_a_correction_keeps_its_date_and_supersedes(lead, pairing):
    wrong = make_version(pairing)
    data = editor_data(
        item_data(pairing, line="1", ends_at="18"),
        initial=1,
        row_version="1",
        effective_from=None,
        request_channel="paper",
        request_on="6-1-2026",
        support_channel="paper",
        support_on="6-1-2026",
    )
    del data["effective_from"]

    response = send_data(lead, url(pairing, "version-correct"), data)

    wrong.refresh_from_db()
    right = AgreementVersion.objects.current().get()
    assert response.url == right.get_absolute_url()
    assert (right.kind, right.effective_from) == ("correction", START)
    assert wrong.superseded_at == right.settled_at


def stop(pairing, on, **more):
    values = {"by": pairing.lead.user, "at": NOON + DAY}
    said = Yes("support", "discussed", START)
    return services.stop(pairing, effective_from=on, said=said, **values | more)


def test_a_mistaken_stop_is_put_right_from_its_own_day(lead, pairing):
    make_version(pairing)
    mistake = stop(pairing, MARCH)
    data = editor_data(
        item_data(pairing, line="1"),
        initial=1,
        row_version="2",
        request_channel="discussed",
        request_on="6-1-2026",
        support_channel="discussed",
        support_on="6-1-2026",
    )
    del data["effective_from"]
    address = url(pairing, "version-correct", mistake.number)

    page = lead.get(mistake.get_absolute_url())
    opened = lead.get(address)
    response = send_data(lead, address, data)

    right = AgreementVersion.objects.current().get(effective_from=MARCH)
    assert f'href="{address}"' in page.content.decode()
    assert "Dit stoppen klopt niet: verbeter het" in page.content.decode()
    assert "Dit komt in de plaats van het stoppen" in opened.content.decode()
    assert opened.context["formset"].forms[0]["starts_at"].value() == "13.00"
    assert response.url == right.get_absolute_url()
    assert (right.kind, right.terms()) == ("correction", (wednesdays(pairing, line=1),))


def test_a_stop_of_what_was_to_come_is_put_right_from_that(lead, pairing):
    make_version(pairing, effective_from=MARCH + DAY)
    mistake = stop(pairing, MARCH)

    opened = lead.get(url(pairing, "version-correct", mistake.number))

    forms = opened.context["formset"].forms
    assert [one["line"].value() for one in forms] == [1]


def test_what_no_longer_counts_is_not_corrected(lead, pairing):
    draft = make_version(pairing, settled=False)
    data = editor_data(
        item_data(pairing, line="1", ends_at="18"), initial=1, row_version="1"
    )
    address, before = url(pairing, "version-correct", draft.number), all_written()

    answers = [lead.get(address), send_data(lead, address, data)]

    assert [one.status_code for one in answers] == [404, 404]
    assert all_written() == before


def test_what_would_start_after_the_end_is_not_corrected(lead, pairing):
    version = make_version(pairing, effective_from=MARCH + DAY)
    has_ended(pairing, on=MARCH)

    page = lead.get(version.get_absolute_url())
    response = lead.get(url(pairing, "version-correct"))

    assert (page.context["can_correct"], response.status_code) == (False, 404)


def test_an_item_is_copied_below_the_others(lead, pairing):
    make_version(pairing)
    first = item_data(pairing, line="1", note="Laarzen mee.", weekdays=["2", "4"])
    data = editor_data(
        first, item_data(pairing, 1, kind=""), initial=1, row_version="1", reason="Ziek"
    )

    response = send_data(
        lead, url(pairing, "agreement-change"), data | {"doen": "kopieer-0"}
    )

    copy = response.context["formset"].forms[2]
    assert (response.status_code, AgreementVersion.objects.count()) == (200, 1)
    assert [dict(one.errors) for one in response.context["formset"]] == [{}, {}, {}]
    assert {
        f"item-2-{name}": copy[name].value() for name in copy.fields if name != "DELETE"
    } == item_data(pairing, 2, note="Laarzen mee.", weekdays=["2", "4"]) | {
        f"item-2-{name}": None for name in ("line", "every", "first_on", "which")
    } | {"item-2-dayparts": []}
    assert response.context["form"]["reason"].value() == "Ziek"


@pytest.mark.parametrize("like", ["", "1", "-1", "x", "²", "9" * 5000])
def test_a_copy_of_no_item_is_an_empty_one(lead, pairing, like):
    data = editor_data(item_data(pairing)) | {"doen": f"kopieer-{like}"}

    response = send_data(lead, url(pairing, "agreement-change"), data)

    added = response.context["formset"].forms[1]
    assert response.status_code == 200
    assert added["children"].value() == [str(child_of(pairing))]
    assert added["starts_at"].value() in (None, "")


@pytest.mark.parametrize(
    ("word", "filled_in"),
    [
        ("vandaag", "23-11-2026"),
        ("maandag", "30-11-2026"),
        ("maand", "1-12-2026"),
        ("morgen", "5-5-2026"),
        ("", "5-5-2026"),
    ],
)
def test_one_press_fills_in_a_day(lead, pairing, time_machine, word, filled_in):
    time_machine.move_to(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
    data = editor_data(item_data(pairing), effective_from="5-5-2026")

    response = send_data(
        lead, url(pairing, "agreement-change"), data | {"doen": f"vanaf-{word}"}
    )

    assert (response.status_code, AgreementVersion.objects.count()) == (200, 0)
    assert response.context["form"]["effective_from"].value() == filled_in


def test_a_day_is_filled_in_before_the_rest_is_done(lead, pairing):
    data = editor_data(item_data(pairing, kind=""), effective_from="")

    response = send_data(
        lead, url(pairing, "agreement-change"), data | {"doen": "vanaf-vandaag"}
    )

    assert response.status_code == 200
    assert 'class="error"' not in response.text


def test_days_before_the_pairing_are_not_offered(lead, pairing, time_machine):
    time_machine.move_to(dt.datetime(2025, 12, 24, 12, tzinfo=dt.UTC))

    page = lead.get(url(pairing, "agreement-change"))

    assert [one.label for one in page.context["form"].quick_days] == []


def test_a_correction_keeps_its_day_whatever_is_pressed(lead, pairing):
    version = make_version(pairing)
    data = editor_data(item_data(pairing, line="1"), initial=1, row_version="1")

    page = lead.get(url(pairing, "version-correct"))
    response = send_data(
        lead, url(pairing, "version-correct"), data | {"doen": "vanaf-vandaag"}
    )

    assert "vanaf-vandaag" not in page.text
    assert response.context["form"].day == version.effective_from


def test_after_saving_the_page_says_whose_link_is_brought_by_hand(lead, pairing):
    data = editor_data(
        item_data(pairing), request_channel="letter", support_channel="text"
    )

    response = send_data(lead, url(pairing, "agreement-change"), data, follow=True)

    assert [str(one) for one in response.context["messages"]] == [
        "Het staat klaar. Haal nu hieronder de link op voor gezin De Boer en gezin"
        " Willems."
    ]
    version = AgreementVersion.objects.get()
    ways = version.askings.order_by("side").values_list("side", "way")
    assert list(ways) == [("request", "letter"), ("support", "text")]


def test_what_may_stay_open_about_a_yes_is_not_called_skipped(lead, pairing):
    page = lead.get(url(pairing, "agreement-change"))

    fields = [page.context["form"][f"support_{name}"] for name in ("channel", "on")]
    shown = [one.as_field_group() for one in fields]
    assert ["mag je overslaan" in one for one in shown] == [False, False]
    assert "Alleen als ze al ja zeiden." in shown[1]
    assert "mag je overslaan" in page.context["form"]["reason"].as_field_group()


def test_without_javascript_looking_goes_to_what_changes(lead, pairing):
    page = lead.get(url(pairing, "agreement-change")).content.decode()

    assert f'formaction="{url(pairing, "agreement-change")}#preview"' in page
    assert '<section id="preview"' in page
