import datetime as dt
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from agreements import services
from agreements.models import Agreement, AgreementVersion, Confirmation
from agreements.services import Yes
from agreements.tests.factories import (
    NOON,
    START,
    THURSDAY,
    both_yes,
    child_of,
    make_pairing,
    make_version,
    wednesdays,
)
from agreements.tests.test_forms import editor_data, item_data
from families.models import Location
from families.tests.factories import CoordinatorFactory, OfficialFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MARCH = dt.date(2026, 3, 1)
FORM = "application/x-www-form-urlencoded"
SENTENCE = (
    "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij gezin Willems. Gezin De"
    " Boer brengt. Gezin Willems brengt terug. In de schoolvakantie niet."
)

PAGES = [
    ("agreement-detail", False, {"GET", "HEAD"}),
    ("agreement-change", False, {"GET", "HEAD", "POST"}),
    ("agreement-stop", False, {"GET", "HEAD", "POST"}),
    ("version-detail", True, {"GET", "HEAD"}),
    ("version-correct", True, {"GET", "HEAD", "POST"}),
    ("version-confirm", True, {"POST"}),
    ("version-discard", True, {"POST"}),
    ("version-print", True, {"GET", "HEAD"}),
]
NAMES = [name for name, _numbered, _methods in PAGES]


@pytest.fixture
def pairing():
    return make_pairing()


@pytest.fixture
def lead(client, pairing):
    """The client of the coordinator who guides the pairing."""
    client.force_login(pairing.lead.user)
    return client


def url(pairing, name, number=1):
    numbered = {name: numbered for name, numbered, _methods in PAGES}.get(name, False)
    args = [pairing.reference, number] if numbered else [pairing.reference]
    return reverse(f"agreements:{name}", args=args)


def send(client, address, data, **more):
    """Posts as a browser does; the site takes no multipart bodies."""
    body = urlencode(data, doseq=True)
    return client.post(address, body, content_type=FORM, **more)


def ask(client, name, address):
    """By a method that the page allows; a post that would be taken."""
    allowed = {name: methods for name, _numbered, methods in PAGES}[name]
    if "GET" in allowed:
        return client.get(address)
    data = {"side": "support", "channel": "paper", "on": "6-1-2026"}
    return send(client, address, data if name == "version-confirm" else {})


def all_written():
    """What any page of agreements could have changed."""
    return (
        list(AgreementVersion.objects.order_by("pk").values()),
        list(Confirmation.objects.order_by("pk").values()),
        list(Agreement.objects.order_by("pk").values()),
    )


@pytest.mark.parametrize("name", [one for one in NAMES if one != "version-confirm"])
def test_a_visitor_is_sent_to_log_in(client, pairing, name):
    make_version(pairing, settled=False)
    address, before = url(pairing, name), all_written()

    response = ask(client, name, address)

    assert all_written() == before
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={address}"


def test_a_yes_of_a_visitor_is_not_noted(client, pairing):
    make_version(pairing, settled=False)
    before = all_written()

    response = ask(client, "version-confirm", url(pairing, "version-confirm"))

    assert (response.status_code, all_written()) == (403, before)
    assert response.templates[0].name == "403_csrf.html"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["elsewhere", "official", "organisation"])
def test_another_pairing_answers_as_one_that_is_not_there(client, pairing, name, who):
    make_version(pairing, settled=False)
    before = all_written()
    stranger = {
        "elsewhere": lambda: CoordinatorFactory().user,
        "official": lambda: OfficialFactory().user,
        "organisation": lambda: UserFactory(organisation=True),
    }[who]()
    client.force_login(stranger)
    address = url(pairing, name)

    response = ask(client, name, address)
    absent = ask(client, name, address.replace(pairing.reference, "0" * 10))

    assert all_written() == before
    assert (response.status_code, absent.status_code) == (404, 404)
    assert response.content == absent.content


@pytest.mark.parametrize(
    ("name", "method", "allowed"),
    [
        (name, method, methods)
        for name, _numbered, methods in PAGES
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if method not in methods
    ],
)
def test_other_methods_are_refused(lead, pairing, name, method, allowed):
    make_version(pairing, settled=False)
    before = all_written()

    response = lead.generic(method, url(pairing, name), content_type=FORM)

    assert (response.status_code, all_written()) == (405, before)
    assert set(response.headers["Allow"].split(", ")) == allowed


@pytest.mark.parametrize("name", [name for name, numbered, _m in PAGES if numbered])
@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_a_version_that_is_not_there_is_not_found(lead, pairing, name, number):
    make_version(pairing, settled=False)
    before = all_written()

    response = ask(lead, name, url(pairing, name, number))

    assert (response.status_code, all_written()) == (404, before)


def test_the_coordinator_of_the_other_side_sees_the_same(client, pairing):
    make_version(pairing)
    colleague = CoordinatorFactory(
        municipalities=[pairing.offer.family.household.municipality]
    )
    client.force_login(colleague.user)

    response = client.get(url(pairing, "agreement-detail"))

    assert [one.sentences for one in response.context["items"]] == [SENTENCE]


@pytest.mark.parametrize("n_versions", [1, 3])
@pytest.mark.parametrize(
    "name_and_queries",
    [
        ("agreement-detail", 17),
        ("agreement-change", 19),
        ("agreement-stop", 15),
        ("version-detail", 19),
        ("version-correct", 19),
        ("version-print", 17),
    ],
)
def test_pages_ask_as_much_for_three_versions_as_for_one(
    lead, pairing, django_assert_num_queries, n_versions, name_and_queries
):
    name, n_queries = name_and_queries
    make_version(pairing)
    for number in range(1, n_versions):
        make_version(
            pairing,
            effective_from=START + number * DAY,
            items=[wednesdays(pairing, weekdays=1 << line) for line in range(4)],
            at=NOON + number * DAY,
        )

    with django_assert_num_queries(n_queries):
        response = lead.get(url(pairing, name))

    assert len(response.context["history"].versions) == n_versions


def test_titles_and_addresses_name_nobody(lead, pairing):
    make_version(pairing)

    for name in ("agreement-detail", "agreement-change", "version-detail"):
        response = lead.get(url(pairing, name))
        title = response.content.decode().partition("<title>")[2].partition("<")[0]
        assert not {"Boer", "Willems", "Noor", "Amira"} & set(title.split())


@pytest.mark.parametrize(
    "name", ["agreement-detail", "version-detail", "version-print"]
)
def test_no_page_shows_where_a_family_lives(lead, pairing, name):
    make_version(pairing)
    for family in (pairing.request.family, pairing.offer.family):
        Location.objects.create(
            household=family.household,
            from_on=START,
            street="Zijdstraat 12",
            postcode="1431AB",
        )

    text = lead.get(url(pairing, name)).content.decode()

    assert [word for word in ("Zijdstraat", "1431") if word in text] == []


def test_without_a_version_the_page_asks_for_the_first(lead, pairing):
    response = lead.get(url(pairing, "agreement-detail"))

    assert response.context["history"].versions == ()
    assert "Nog geen afspraken" in response.content.decode()


def test_the_page_asks_for_another_day_on_the_page_of_days(lead, pairing):
    version = make_version(pairing)

    response = lead.get(url(pairing, "agreement-detail"), {"dag": "4-1-2026"})

    assert response.context["in_force"] == version
    asks = f'action="{url(pairing, "agreement-as-of")}"'
    assert response.content.decode().count(asks) == 1


def change_of(pairing, **more):
    """A second version, of Thursdays from March; it waits unless said otherwise."""
    item = wednesdays(pairing, line=1, weekdays=THURSDAY)
    values = {"effective_from": MARCH, "items": [item], "at": NOON + DAY}
    return make_version(pairing, **values | {"settled": False} | more)


def headings_of(response):
    """The headings of the second level, in order, without their marks."""
    parts = response.content.decode().split("<h2")[1:]
    inner = (one.partition(">")[2].partition("</h2>")[0] for one in parts)
    return [" ".join(one.split()) for one in inner]


def test_only_what_was_agreed_on_is_called_so(lead, pairing):
    make_version(pairing)
    draft = change_of(pairing)
    names = ("version-detail", "version-print")

    agreed, waits = (
        [headings_of(lead.get(url(pairing, name, number)))[0] for name in names]
        for number in (1, 2)
    )
    services.discard_draft(draft, by=pairing.lead.user, at=NOON + 2 * DAY)
    gone = [headings_of(lead.get(url(pairing, name, 2)))[0] for name in names]

    assert agreed == ["Dit is afgesproken"] * 2
    assert waits == ["Dit stellen we voor", "Dit spreken we af"]
    assert gone == ["Dit stelden we voor"] * 2


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

    response = send(lead, url(pairing, "agreement-change"), data)

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


def test_a_day_to_come_says_what_still_waits(lead, pairing):
    make_version(pairing)
    day = timezone.localdate() + 30 * DAY
    change_of(pairing, effective_from=day)
    address = url(pairing, "agreement-as-of")
    asked = ["1-2-2026", *(f"{on:%d-%m-%Y}" for on in (day - DAY, day))]

    shown = [lead.get(address, {"dag": one}) for one in asked]

    assert [headings_of(one)[0].split(" op ")[0] for one in shown] == [
        "Dit gold",
        "Dit geldt",
        "Dit geldt",
    ]
    waits = "Versie 2 wacht nog op een ja."
    assert [one.content.decode().count(waits) for one in shown] == [0, 0, 1]


def test_the_page_prints_the_version_that_waits(lead, pairing):
    make_version(pairing)
    address = url(pairing, "agreement-detail")
    before = lead.get(address).content.decode()
    draft = change_of(pairing)

    after = lead.get(address).content.decode()

    prints = [url(pairing, "version-print", number) for number in (1, 2)]
    assert [before.count(f'href="{one}"') for one in prints] == [1, 0]
    assert [after.count(f'href="{one}"') for one in prints] == [0, 1]
    solid = [one.partition(">")[0] for one in after.split('<a class="btn"')[1:]]
    assert [one.strip() for one in solid] == [f'href="{draft.get_absolute_url()}"']


def test_history_is_newest_first_and_says_what_changed(lead, pairing):
    first = make_version(pairing)
    item = replace(first.terms()[0], weekdays=THURSDAY)
    make_version(pairing, effective_from=MARCH, items=[item], at=NOON + DAY)

    response = lead.get(url(pairing, "agreement-detail"))

    assert [(one.version.number, one.summary) for one in response.context["line"]] == [
        (2, ["Spelen (Noor): wanneer van “woensdag” naar “donderdag”."]),
        (1, [f"Nieuw: {SENTENCE}", "Dit zijn vaste afspraken."]),
    ]


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

    response = send(lead, url(pairing, "agreement-change"), data)

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

    response = send(lead, url(pairing, "agreement-change"), data)

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

    response = send(lead, url(pairing, "agreement-change"), data)

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

    response = send(
        lead, url(pairing, "agreement-change"), data, headers={"HX-Request": "true"}
    )

    assert response.content.decode().strip().startswith('<section id="preview"')
    assert (response.status_code, AgreementVersion.objects.count()) == (200, 1)
    assert response.headers["Vary"] == "HX-Request, Cookie, Accept-Encoding"


def test_the_preview_names_what_families_did_not_say(lead, pairing):
    data = editor_data(
        item_data(pairing, kind="2", weekdays=["3", "4"], ends_at="9"), doen="bekijk"
    )

    response = send(lead, url(pairing, "agreement-change"), data)

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

    response = send(lead, url(pairing, "agreement-change"), data)

    assert response.context["remarks"] == []


def test_the_preview_reads_as_each_family_will_read_it(lead, pairing):
    data = editor_data(item_data(pairing), doen="bekijk")

    response = send(lead, url(pairing, "agreement-change"), data)

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

    response = send(lead, url(pairing, "agreement-change"), data)

    forms = response.context["formset"].forms
    assert response.status_code == 200
    assert [form["note"].value() for form in forms] == ["Laarzen mee.", None]
    assert AgreementVersion.objects.count() == 0


def test_what_a_colleague_recorded_meanwhile_is_shown_and_nothing_is_lost(
    lead, pairing
):
    data = editor_data(item_data(pairing, weekdays=["3"], note="Laarzen mee."))
    make_version(pairing, at=timezone.now())

    response = send(lead, url(pairing, "agreement-change"), data)

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Iemand anders heeft deze afspraken net veranderd. Hieronder zie je het"
        " verschil met wat er nu staat. Er is niets van jou weg: bewaar nog een keer"
        " als je het zo wilt."
    ]
    assert response.context["base"] == AgreementVersion.objects.get()
    assert [one.state for one in response.context["shown"].changes] == ["stops", "new"]
    form = response.context["formset"].forms[0]
    assert (form["note"].value(), form["weekdays"].value()) == ("Laarzen mee.", ["3"])


def test_after_the_warning_the_same_form_saves(lead, pairing):
    data = editor_data(item_data(pairing, weekdays=["3"]))
    make_version(pairing, at=timezone.now())
    response = send(lead, url(pairing, "agreement-change"), data)
    data["row_version"] = str(response.context["form"]["row_version"].value())

    response = send(lead, url(pairing, "agreement-change"), data)

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

    answers = [send(lead, url(pairing, "agreement-change"), data) for _time in range(2)]

    recorded = AgreementVersion.objects.get(number=2)
    assert recorded.is_current
    assert [one.status_code for one in answers] == [302, 302]
    assert {one.url for one in answers} == {recorded.get_absolute_url()}
    assert AgreementVersion.objects.count() == 2


def test_sent_twice_it_is_recorded_once(lead, pairing):
    data = editor_data(item_data(pairing))

    first = send(lead, url(pairing, "agreement-change"), data)
    second = send(lead, url(pairing, "agreement-change"), data)

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

    send(lead, url(pairing, "agreement-change"), data)

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

    response = send(lead, url(pairing, "agreement-change"), data)

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

    response = send(lead, url(pairing, "agreement-change"), data)

    assert (response.status_code, AgreementVersion.objects.count()) == (422, 0)
    assert 'id="problems-title"' in response.content.decode()


def test_what_was_typed_wrong_stays_on_the_page(lead, pairing):
    data = editor_data(item_data(pairing, starts_at="half twee"), reason="Zwemles.")

    response = send(lead, url(pairing, "agreement-change"), data)

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

    response = send(lead, url(pairing, "version-correct"), data)

    wrong.refresh_from_db()
    right = AgreementVersion.objects.current().get()
    assert response.url == right.get_absolute_url()
    assert (right.kind, right.effective_from) == ("correction", START)
    assert wrong.superseded_at == right.settled_at


def test_what_no_longer_counts_is_not_corrected(lead, pairing):
    draft = make_version(pairing, settled=False)
    data = editor_data(
        item_data(pairing, line="1", ends_at="18"), initial=1, row_version="1"
    )
    address, before = url(pairing, "version-correct", draft.number), all_written()

    answers = [lead.get(address), send(lead, address, data)]

    assert [one.status_code for one in answers] == [404, 404]
    assert all_written() == before


def test_what_would_start_after_the_end_is_not_corrected(lead, pairing):
    version = make_version(pairing, effective_from=MARCH + DAY)
    end(pairing, on=MARCH)

    page = lead.get(version.get_absolute_url())
    response = lead.get(url(pairing, "version-correct"))

    assert (page.context["can_correct"], response.status_code) == (False, 404)


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

    response = send(lead, url(pairing, "version-confirm"), data)

    version.refresh_from_db()
    assert response.url == version.get_absolute_url()
    assert version.is_current
    assert version.confirmations.get(side="support").recorded_by == pairing.lead.user


def test_the_same_yes_twice_is_told_and_kept_once(lead, pairing):
    version = make_version(pairing, settled=False)
    data = {"side": "support", "channel": "paper", "on": "6-1-2026"}
    send(lead, url(pairing, "version-confirm"), data)

    response = send(lead, url(pairing, "version-confirm"), data)

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

    response = send(lead, url(pairing, "version-confirm"), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert version.confirmations.count() == 0


def test_a_draft_is_put_away_and_stays_readable(lead, pairing):
    version = make_version(pairing, settled=False)

    response = send(lead, url(pairing, "version-discard"), {})

    version.refresh_from_db()
    assert response.url == url(pairing, "agreement-detail")
    assert version.is_put_away
    page = lead.get(version.get_absolute_url())
    assert [one.sentences for one in page.context["items"]] == [SENTENCE]


def test_what_is_settled_is_not_put_away(lead, pairing):
    version = make_version(pairing)

    response = send(lead, url(pairing, "version-discard"), {}, follow=True)

    version.refresh_from_db()
    assert version.is_current
    assert [str(one) for one in response.context["messages"]] == [
        "Deze versie wacht niet meer op een antwoord."
    ]


def test_one_family_stops_the_agreements(lead, pairing):
    make_version(pairing)
    data = {
        "effective_from": "1-3-2026",
        "side": "request",
        "said_on": "20-2-2026",
        "reason": "Het lukt niet meer.",
        "row_version": "1",
    }

    response = send(lead, url(pairing, "agreement-stop"), data)

    stop = AgreementVersion.objects.get(kind="stop")
    assert response.url == stop.get_absolute_url()
    assert (stop.effective_from, stop.is_current) == (MARCH, True)
    assert [one.side for one in stop.confirmations.all()] == ["request"]


@pytest.mark.parametrize(
    ("differs", "field"),
    [
        ({"effective_from": ""}, "effective_from"),
        ({"effective_from": "1-1-2025"}, "effective_from"),
        ({"side": ""}, "side"),
        ({"said_on": "1-1-2099"}, "said_on"),
        ({"reason": "x" * 10_000}, "reason"),
        ({"row_version": "0"}, "__all__"),
    ],
)
def test_a_stop_that_cannot_be_is_explained(lead, pairing, differs, field):
    make_version(pairing)
    data = {
        "effective_from": "1-3-2026",
        "side": "request",
        "said_on": "20-2-2026",
        "row_version": "1",
    } | differs

    response = send(lead, url(pairing, "agreement-stop"), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert AgreementVersion.objects.count() == 1


def end(pairing, *, on):
    type(pairing).objects.filter(pk=pairing.pk).update(
        stage="ended", ended_on=on, end_reason="moved"
    )


def links_of(response):
    """Where the page of agreements can lead to change them."""
    text = response.content.decode()
    return [name for name in ("nieuw", "stoppen") if f"/{name}/" in text]


def test_of_a_pairing_that_has_ended_nothing_holds_and_nothing_is_offered(
    lead, pairing
):
    make_version(pairing)
    make_version(
        pairing,
        effective_from=MARCH + DAY,
        items=[wednesdays(pairing, line=1, weekdays=THURSDAY)],
        at=NOON + DAY,
    )
    before = lead.get(url(pairing, "agreement-detail"))
    end(pairing, on=MARCH)

    response = lead.get(url(pairing, "agreement-detail"))

    assert links_of(before) == ["nieuw", "stoppen"]
    assert links_of(response) == []
    text = " ".join(response.content.decode().split())
    assert "De koppeling is gestopt op zo 1 maart 2026. Daarna geldt er niets." in text
    assert "Vandaag geldt er niets." in text
    assert "geldt nu" not in text
    assert (response.context["in_force"], response.context["upcoming"]) == (None, [])
    last_day = lead.get(url(pairing, "agreement-as-of"), {"dag": "1-3-2026"})
    assert [one["version"].number for one in last_day.context["answers"]] == [1]


def test_of_a_pairing_that_ended_without_agreements_none_are_offered(lead, pairing):
    end(pairing, on=MARCH)

    response = lead.get(url(pairing, "agreement-detail"))

    assert links_of(response) == []
    assert "Er is nooit iets afgesproken." in response.content.decode()


@pytest.mark.parametrize("name", ["agreement-change", "agreement-stop"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_forms_of_a_pairing_that_has_ended_say_so(lead, pairing, name, method):
    make_version(pairing)
    end(pairing, on=MARCH)

    response = lead.generic(method, url(pairing, name), content_type=FORM)

    assert (response.status_code, response.url) == (
        302,
        url(pairing, "agreement-detail"),
    )
    shown = lead.get(response.url).context["messages"]
    assert [str(one) for one in shown] == [
        "De koppeling is gestopt. De afspraken die er waren, kun je blijven lezen."
    ]
    assert AgreementVersion.objects.count() == 1


def test_a_draft_from_after_the_end_can_only_be_put_away(lead, pairing):
    draft = make_version(pairing, effective_from=MARCH + DAY, settled=False)
    end(pairing, on=MARCH)

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
