"""The page of agreements that a family opens by its link."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agreements import services
from agreements.models import AgreementVersion, Confirmation, HouseRules, WantedChange
from agreements.services import Yes
from agreements.tests.asked import adult_of, can_be_mailed, draft_of, link_to
from agreements.tests.factories import (
    NOON,
    START,
    HouseRulesFactory,
    both_yes,
    make_pairing,
    make_version,
    wednesdays,
)
from families.models import AccessLink, AuditEvent, Location
from families.services.reach import fingerprint, issue_link
from families.tests.factories import (
    CoordinatorFactory,
    LocationFactory,
    PersonFactory,
)
from matching.tests.pages import send

pytestmark = pytest.mark.django_db

LATER = dt.date(2026, 2, 2)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    cache.clear()
    time_machine.move_to(NOON, tick=False)


def page_of(token):
    return reverse("agreements:answer", args=[token])


def text_of(response):
    """What stands on a page, without its marks."""
    body = re.sub(
        r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S
    )
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_the_first_agreements_are_read_as_the_family_calls_itself(client):
    draft = draft_of()

    pages = {
        side: client.get(page_of(link_to(draft, side)))
        for side in ("request", "support")
    }

    assert [page.status_code for page in pages.values()] == [200, 200]
    assert pages["request"].context["read"].items[0].sentences == (
        "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij Karin en Joost. Jullie"
        " brengen. Karin en Joost brengen terug. In de schoolvakantie niet."
    )
    assert pages["support"].context["read"].items[0].sentences == (
        "Elke woensdag van 13.00 tot 17.00 uur speelt Noor bij jullie. Amira brengt."
        " Jullie brengen terug. In de schoolvakantie niet."
    )
    assert [page.context["read"].changes for page in pages.values()] == [None, None]


def test_of_a_change_what_changes_comes_first(client):
    pairing = make_pairing()
    make_version(pairing)
    draft = make_version(
        pairing,
        effective_from=LATER,
        items=[wednesdays(pairing, line=1, ends_at=dt.time(18, 30))],
        settled=False,
        reason="Het gaat goed.",
    )

    page = client.get(page_of(link_to(draft, "support")))

    (change,) = page.context["read"].changes.changes
    assert [(one.label, one.was, one.becomes) for one in change.lines] == [
        ("Hoe laat", "13.00 – 17.00 uur", "13.00 – 18.30 uur")
    ]
    text = text_of(page)
    places = [
        text.index(part)
        for part in (
            "Deze afspraken gelden vanaf maandag 2 februari 2026.",
            "Waarom: Het gaat goed.",
            "Dit verandert er",
            "Dit zijn alle afspraken",
            "Je kunt één keer antwoorden, tot en met 18 januari.",
            "Dit klopt",
        )
    ]
    assert places == sorted(places)


def test_who_said_yes_can_keep_what_it_says(client):
    draft = make_version(make_pairing(), settled=False)
    address = page_of(link_to(draft, "support"))

    done = send(client, address, said="yes")

    text = text_of(done)
    assert "Hier zei je ja tegen" in text
    assert "speelt Noor bij jullie." in text
    assert client.get(address).status_code == 404


def test_who_wants_something_else_keeps_nothing(client):
    draft = make_version(make_pairing(), settled=False)

    done = send(
        client,
        page_of(link_to(draft, "support")),
        said="change",
        words="Liever donderdag.",
    )

    assert "Hier zei je ja tegen" not in text_of(done)


def test_house_rules_are_told_as_news_and_not_as_a_number(client):
    pairing = make_pairing()
    make_version(pairing)
    HouseRulesFactory(number=7, text="Kom op tijd.")
    draft = make_version(
        pairing,
        effective_from=LATER,
        items=[wednesdays(pairing, line=1)],
        settled=False,
    )

    page = client.get(page_of(link_to(draft, "support")))

    read = page.context["read"]
    assert (read.changes.count, read.has_new_rules) == (0, True)
    text = text_of(page)
    assert "Nieuw: de huisregels horen er nu bij. Je leest ze hieronder." in text
    assert "nummer 7" not in text


def test_on_its_last_day_a_link_says_today(client, time_machine):
    draft = make_version(make_pairing(), settled=False)
    page_url = page_of(link_to(draft, "support"))
    time_machine.move_to(NOON + dt.timedelta(days=14, hours=-1), tick=False)

    page = client.get(page_url)

    assert page.context["works_until"] == dt.date(2026, 1, 19)


def test_nothing_of_the_other_family_but_first_names_is_read(client):
    pairing = make_pairing()
    giving = pairing.offer.family.household
    home = LocationFactory(household=giving, street="Geheimelaan 12", postcode="1431ZZ")
    karin = adult_of(pairing, "support")
    karin.name, karin.email = "Karin Willems", "karin@post.nl"
    karin.telephone = "+31612345679"
    karin.save()
    noor = pairing.pairing_children.get().child
    noor.name = "Noor de Boer"
    noor.save()
    draft = make_version(pairing, settled=False)

    pages = [
        text_of(client.get(page_of(link_to(draft, "request")))),
        text_of(client.get(page_of(issue(draft, karin)))),
    ]

    assert Location.objects.get(pk=home.pk).street == "Geheimelaan 12"
    assert "Karin en Joost" in pages[0]
    leaks = ["Willems", "Geheimelaan", "1431", "post.nl", "345679", "45679"]
    assert [leak for leak in leaks if leak in pages[0]] == []
    assert "Noor" in pages[1]
    assert [leak for leak in ("Boer", pairing.reference) if leak in pages[1]] == []


def issue(draft, person):
    return issue_link(
        person,
        purpose="agreement",
        about=draft.agreement.pairing.reference,
        at=NOON,
        content_hash=services.link_hash(draft, "support"),
    )


def test_a_family_of_which_nobody_has_a_name_is_the_other_family(client):
    pairing = make_pairing()
    for membership in pairing.offer.family.household.memberships.all():
        membership.person.name = ""
        membership.person.save()
    draft = make_version(pairing, settled=False)

    text = text_of(client.get(page_of(link_to(draft, "request"))))

    assert "speelt Noor bij het andere gezin" in text
    assert "Willems" not in text


def test_house_rules_are_read_where_the_yes_is_to_them_too(client):
    draft = draft_of()
    without = text_of(client.get(page_of(link_to(draft, "support"))))
    rules = HouseRules.objects.create(
        number=7, text="Schoenen uit.\n\nBel als je later komt.", holds_from=START
    )
    AgreementVersion.objects.update(house_rules=rules, trial_until=None)

    page = client.get(page_of(link_to(AgreementVersion.objects.get(), "support")))

    assert "Schoenen uit." not in without
    assert "Schoenen uit. Bel als je later komt." in text_of(page)


def test_looking_never_answers(client):
    draft = draft_of()
    url = page_of(link_to(draft, "support"))

    statuses = [client.get(url).status_code for _time in range(2)]
    statuses.append(client.head(url).status_code)

    assert statuses == [200, 200, 200]
    assert AccessLink.objects.get().used_at is None
    assert not Confirmation.objects.exists()


def test_nobody_keeps_lists_or_passes_on_the_address(client):
    token = link_to(draft_of(), "support")

    answers = [
        client.get(page_of(token)),
        client.get(page_of("x" * 43)),
        send(client, page_of(token), said="x"),
        send(client, page_of(token), said="yes"),
    ]

    assert [one.status_code for one in answers] == [200, 404, 422, 200]
    for one in answers:
        assert (
            one.headers["Cache-Control"],
            one.headers["Referrer-Policy"],
            one.headers["X-Robots-Tag"],
        ) == ("no-store", "strict-origin", "noindex")
        assert token not in one.content.decode()


def test_a_yes_says_what_comes_next_and_whom_to_call(client):
    draft = draft_of()
    token = link_to(draft, "support")
    lead = draft.agreement.pairing.lead

    page = send(client, page_of(token), said="yes")

    assert page.status_code == 200
    text = text_of(page)
    assert "Dank je wel, je antwoord is binnen" in text
    assert "Nu antwoordt het andere gezin ook." in text
    assert f"Bel {lead.user.name}" in text
    assert lead.telephone.as_national in text
    assert Confirmation.objects.get().side == "support"


def test_the_last_yes_says_from_when_it_holds(client):
    draft = draft_of()
    send(client, page_of(link_to(draft, "request")), said="yes")

    page = send(client, page_of(link_to(draft, "support")), said="yes")

    assert "De afspraken gelden vanaf maandag 5 januari 2026." in text_of(page)


def test_the_coordinator_of_the_family_is_the_one_to_call(client):
    draft = draft_of()
    household = draft.agreement.pairing.offer.family.household
    own = CoordinatorFactory(municipalities=[household.municipality])
    household.coordinator = own
    household.save()

    page = client.get(page_of(link_to(draft, "support")))

    assert page.context["read"].coordinator == own


def test_a_stop_is_read_as_a_stop(client):
    pairing = can_be_mailed(make_pairing())
    make_version(pairing)
    stop = services.stop(
        pairing,
        effective_from=LATER,
        by=pairing.lead.user,
        at=NOON,
        said=Yes("request", "discussed", START),
    )
    token = link_to(stop, "support")

    page = client.get(page_of(token))
    done = send(client, page_of(token), said="yes")

    assert "De afspraken stoppen op maandag 2 februari 2026." in text_of(page)
    assert "Vanaf deze dag geldt er niets meer." in text_of(page)
    assert "De afspraken stoppen op maandag 2 februari 2026." in text_of(done)
    assert stop.confirmations.count() == 2


def test_why_one_family_stops_is_not_read_by_the_other(client):
    pairing = can_be_mailed(make_pairing())
    make_version(pairing)
    stop = services.stop(
        pairing,
        effective_from=LATER,
        by=pairing.lead.user,
        at=NOON,
        reason="Karin vertrouwt Amira niet.",
        said=Yes("support", "discussed", START),
    )

    text = text_of(client.get(page_of(link_to(stop, "request"))))

    assert "Vanaf deze dag geldt er niets meer." in text
    assert [word for word in ("Waarom", "vertrouwt") if word in text] == []


def test_what_somebody_wants_otherwise_is_kept(client):
    draft = draft_of()

    page = send(
        client,
        page_of(link_to(draft, "support")),
        said="change",
        words="Liever op donderdag.",
    )

    assert page.status_code == 200
    assert "Je wilt iets veranderen." in text_of(page)
    assert WantedChange.objects.get().words == "Liever op donderdag."
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field", "told"),
    [
        ({"said": "change"}, "words", "Schrijf op wat je wilt veranderen."),
        (
            {"said": "change", "words": "  "},
            "words",
            "Schrijf op wat je wilt veranderen.",
        ),
        (
            {"said": "change", "words": "a" * 1001},
            "words",
            "Je tekst is te lang. Maak de tekst 1 teken korter.",
        ),
        ({}, "said", "Kies iets bij ‘Je antwoord’."),
    ],
)
def test_what_is_not_an_answer_comes_back_as_it_was_typed(client, sent, field, told):
    draft = draft_of()

    page = send(client, page_of(link_to(draft, "support")), **sent)

    assert page.status_code == 422
    assert page.context["form"].errors == {field: [told]}
    assert (page.context["form"]["words"].value() or "") == sent.get("words", "")
    assert AccessLink.objects.get().used_at is None
    assert not WantedChange.objects.exists()


def test_every_link_that_opens_nothing_gives_the_same_page(client):
    draft = draft_of()
    pairing = draft.agreement.pairing
    used, old, altered, revoked, text_changed, late = (
        link_to(draft, "support") for _link in range(6)
    )
    status = link_to(draft, "support", purpose="status")
    AccessLink.objects.filter(token_hash=fingerprint(used)).update(used_at=NOON)
    AccessLink.objects.filter(token_hash=fingerprint(revoked)).update(revoked_at=NOON)
    AccessLink.objects.filter(token_hash=fingerprint(text_changed)).update(
        content_hash="0" * 64
    )
    long_ago = NOON - dt.timedelta(days=30)
    AccessLink.objects.filter(token_hash=fingerprint(old)).update(
        created_at=long_ago, expires_at=long_ago + dt.timedelta(days=14)
    )
    unknown = "x" * 43

    def pages():
        dead = (used, old, altered[:-2] + "xx", revoked, text_changed, status, unknown)
        return [
            (answer.status_code, answer.content)
            for token in dead
            for answer in (
                client.get(page_of(token)),
                send(client, page_of(token), said="yes"),
            )
        ]

    alive = client.get(page_of(late)).status_code
    found = pages()
    make_version(pairing, replaces=draft, confirmations=both_yes(START))
    found.append(
        (client.get(page_of(late)).status_code, client.get(page_of(late)).content)
    )

    assert alive == 200
    assert len(set(found)) == 1
    assert found[0][0] == 404
    assert Confirmation.objects.filter(channel="link").count() == 0


def test_two_presses_of_one_button_count_once(client):
    draft = draft_of()
    url = page_of(link_to(draft, "support"))

    statuses = [send(client, url, said="yes").status_code for _press in range(2)]

    assert statuses == [200, 404]
    assert Confirmation.objects.count() == 1


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    answer = getattr(client, method)(page_of(link_to(draft_of(), "support")))

    assert answer.status_code == 405


def test_forged_forms_are_refused():
    draft = draft_of()
    client = Client(enforce_csrf_checks=True)

    answer = send(client, page_of(link_to(draft, "support")), said="yes")

    assert answer.status_code == 403
    assert not Confirmation.objects.exists()


def test_neither_token_nor_words_stand_in_log_or_audit(client, capfd):
    draft = draft_of()
    token = link_to(draft, "support")

    client.get(page_of(token))
    send(client, page_of(token), said="change", words="Liever geheim.")
    client.get(page_of(token))

    rows = list(AuditEvent.objects.values_list("object_reference", "fields"))
    written = "".join(capfd.readouterr()) + str(rows)
    assert len(rows) == 3
    assert [part for part in (token, "geheim", "Amira") if part in written] == []
    stored = AccessLink.objects.get()
    assert stored.token_hash == fingerprint(token)


def test_a_person_who_lives_elsewhere_now_reads_nothing(client):
    draft = draft_of()
    stranger = PersonFactory(name="Vreemd")

    assert client.get(page_of(issue(draft, stranger))).status_code == 404
