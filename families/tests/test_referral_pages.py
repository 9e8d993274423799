"""The pages on which a professional refers a family."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django_tasks_db.models import DBTaskResult

from families.encryption import blind_index
from families.forms.intake.referring import OwnListForm
from families.models import (
    AccessLink,
    DraftKey,
    Household,
    IntakeCount,
    IntakeDraft,
    OutboxMail,
    Referral,
)
from families.services import referrals
from families.services.intake.drafts import typed_in
from families.tests.applying import send, served
from families.tests.factories import (
    HouseholdFactory,
    MunicipalityFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
    ReferralFactory,
    ReferrerFactory,
)
from families.tests.referring import (
    FAMILY,
    REFERRER,
    STEP,
    answer,
    press_send,
    refer,
    refer_until_check,
    say_yes,
    shown,
)

MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.mark.parametrize("agreed", ["no", "", "ja", "\0", "x" * 5000])
def test_without_the_parents_yes_nothing_is_kept(client, agreed):
    response = send(client, "/verwijzen/", {"agreed": agreed})

    assert response.status_code == (302 if agreed == "no" else 422)
    assert IntakeDraft.objects.count() == 0
    assert set(client.cookies) <= {"csrftoken"}


def test_no_leads_to_a_card_to_share(client):
    response = send(client, "/verwijzen/", {"agreed": "no"})
    page = client.get(response.headers["Location"])

    words = page.content.decode()
    assert page.status_code == 200
    assert "Bespreek het eerst met de ouders." in words
    assert page.context["url"].endswith("/steun-vragen/")
    assert f'<path d="{page.context["qr"].path}">' in words
    assert "style=" not in words
    assert "Sluit snel" not in words


def test_card_is_there_for_who_only_wants_to_share_it(client):
    assert client.get("/verwijzen/eerst-bespreken/").status_code == 200
    assert (IntakeDraft.objects.count(), dict(client.cookies)) == (0, {})


def test_yes_begins_a_draft_with_the_yes_in_it(client):
    response = say_yes(client)

    draft = IntakeDraft.objects.get()
    assert response.headers["Location"] == STEP.format("over-jou")
    assert (draft.kind, typed_in(draft)) == (
        "referral",
        {"ouders": {"agreed": ["yes"]}},
    )


@pytest.mark.parametrize("slug", ["over-jou", "gezin", "gemeente"])
def test_pages_send_who_did_not_say_yes_to_the_first(client, slug):
    response = client.get(STEP.format(slug))

    assert response.headers["Location"] == "/verwijzen/"


def test_unknown_pages_are_not_there(client):
    say_yes(client)

    assert client.get(STEP.format("postcode")).status_code == 404


def test_text_typed_after_the_draft_has_gone_is_kept(client):
    served()

    without_yes = answer(client, "gezin", ouders="")
    n_drafts = IntakeDraft.objects.count()
    with_yes = answer(client, "gezin", ouders="yes")

    assert (without_yes.status_code, n_drafts) == (200, 0)
    assert "Je was even weg." in without_yes.content.decode()
    assert without_yes.context["form"]["parent"].value() == "Amira"
    assert with_yes.headers["Location"] == STEP.format("over-jou")
    assert set(typed_in(IntakeDraft.objects.get())) == {"ouders", "gezin"}


def test_whole_referral_leads_to_its_code(client):
    coordinator = served(user__name="Sanne Voorbeeld")

    response = refer(client)
    page = client.get(response.headers["Location"])

    referral = Referral.objects.get()
    words = " ".join(page.content.decode().split())
    code = referral.reference
    assert response.headers["Location"] == "/verwijzen/klaar/"
    assert page.context["call"].coordinator == coordinator
    # Five days on which Sanne works, who works from Monday to Thursday.
    assert "Sanne Voorbeeld belt uiterlijk <strong>dinsdag 1 december</strong>" in words
    assert "werkdagen" not in words
    assert "Je krijgt bericht dát we gebeld hebben, niet wat er gezegd is." in words
    assert page.context["reference"] == code
    assert "Amira" not in words


def test_check_page_tells_everything_and_where_to_change_it(client):
    served()
    refer_until_check(client)

    page = client.get("/verwijzen/controleren/")

    assert [str(row["value"]) for row in page.context["rows"]] == [
        "Joke Voorbeeld",
        "Basisschool De Wilg",
        "School",
        "020 123 4567",
        "joke@school.example",
        "Amira",
        "06 12345678",
        "Ja",
        "amira@buurt.example",
        "1431",
        "4 jaar, 7 jaar",
        "Arabisch",
        "Een kind speelt bij een ander gezin, Een rustige plek voor huiswerk",
        "Ze zoekt rust voor huiswerk.",
    ]
    assert page.context["rows"][0]["url"] == STEP.format("over-jou")


def test_sending_twice_makes_one(client):
    served()
    refer_until_check(client)

    first, second = press_send(client), None
    second = send(client, "/verwijzen/controleren/", {"agree": "on"})

    assert first.headers["Location"] == second.headers["Location"]
    assert (Referral.objects.count(), Household.objects.count()) == (1, 1)


def test_confirmation_of_what_went_along_with_another_is_gone(client):
    served()
    refer(client)
    Referral.objects.update(household=HouseholdFactory())

    page = client.get("/verwijzen/klaar/")

    assert page.headers["Location"] == "/verwijzen/"


def test_without_the_last_tick_nothing_is_sent(client):
    served()
    refer_until_check(client)

    response = send(client, "/verwijzen/controleren/", {})

    assert response.status_code == 422
    assert Referral.objects.count() == 0


def test_postcode_in_two_places_is_asked_which(client):
    served()
    other = MunicipalityFactory(name="Uithoorn")
    PartnershipFactory(municipalities=[other])
    area = PostcodeAreaFactory(postcode="1431", municipality=other)

    refer_until_check(client)
    missing = client.get("/verwijzen/controleren/")
    page = client.get(missing.headers["Location"])
    response = send(client, STEP.format("gemeente"), {"area": str(area.pk)})

    assert missing.headers["Location"] == STEP.format("gemeente")
    assert "In welke gemeente woont het gezin?" in page.content.decode()
    # Nobody coordinates there.
    assert response.status_code == 200
    assert "We werken nog niet in deze gemeente" in response.content.decode()


def test_municipality_without_partnership_is_told_and_not_kept(client):
    PostcodeAreaFactory(postcode="1431")
    say_yes(client)
    answer(client, "over-jou")

    response = answer(client, "gezin")

    assert "We werken nog niet in deze gemeente" in response.content.decode()
    assert set(typed_in(IntakeDraft.objects.get())) == {"ouders", "over-jou"}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("parent", "", "Vul de voornaam van de ouder in."),
        ("parent", "x" * 61, "Je tekst is te lang. Maak de tekst 1 teken korter."),
        ("telephone", "0612", "Dit nummer is te kort. Een nummer heeft 10 cijfers."),
        ("postcode", "14AB", "‘14AB’ is geen postcode. Vul 4 cijfers in."),
        ("postcode", "9999", "We kennen ‘9999’ niet. Kijk nog eens naar de postcode."),
        (
            "ages",
            "acht",
            "‘acht’ is geen leeftijd. Gebruik cijfers. Bijvoorbeeld: 4 en 7.",
        ),
        (
            "ages",
            "4, 19",
            "We helpen kinderen van 0 tot en met 17 jaar. Kijk nog eens naar ‘19’.",
        ),
        (
            "ages",
            ", ".join(["4"] * 13),
            "Dit zijn te veel kinderen. Bel ons, we denken mee.",
        ),
        ("language", "99", "Kies uit de antwoorden op deze pagina."),
        ("language", "", "Kies een taal."),
        (
            "email",
            "amira@buurt",
            "Dit is geen e-mailadres. Een e-mailadres ziet er zo uit:"
            " naam@voorbeeld.nl.",
        ),
        ("text", "x" * 301, "Je tekst is te lang. Maak de tekst 1 teken korter."),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field(client, field, typed, said):
    served()
    say_yes(client)

    response = answer(client, "gezin", **{field: typed})

    form = response.context["form"]
    assert response.status_code == 422
    assert {name: list(errors) for name, errors in form.errors.items()} == {
        field: [said]
    }
    assert form[field].value() == typed
    assert "<title>Fout: " in response.content.decode().replace("\n", "")


@pytest.mark.parametrize(
    ("typed", "ages"),
    [
        ("4", [4]),
        ("4,7", [4, 7]),
        ("4 7 12", [4, 7, 12]),
        ("4 en 7 jaar", [4, 7]),
        ("8 maanden, 2", [0, 2]),
        ("6 jaar; nog niet geboren", [6, None]),
        ("zwanger", [None]),
        ("4 and not born yet", [4, None]),
        ("4، 7 و9", [4, 7, 9]),
        ("٤ و ٩، لم يولد بعد", [4, 9, None]),
        ("4, 7 i jeszcze się nie urodziło", [4, 7, None]),
        ("4 oraz nie urodzone", [4, None]),
        ("4 ve 7, henüz doğmadı", [4, 7, None]),
        ("4 й 7 та ще не народилася", [4, 7, None]),
        ("4 \u0456 не народився", [4, None]),
    ],
)
def test_ages_are_read_as_people_write_them(client, typed, ages):
    served()

    refer(client, ages=typed)

    children = Household.objects.get().memberships.filter(role="child").order_by("pk")
    assert [
        None if one.person.not_yet_born else one.person.age_told for one in children
    ] == ages


@pytest.mark.parametrize("nasty", ["\0", "\ud800", "\u202eabc", "x" * 9_000])
@pytest.mark.parametrize("slug", ["over-jou", "gezin"])
def test_nasty_text_never_breaks_a_page(client, slug, nasty):
    say_yes(client)
    sent = nasty.encode(errors="surrogatepass")
    asked = REFERRER if slug == "over-jou" else FAMILY

    response = answer(client, slug, **dict.fromkeys(asked, sent))

    assert response.status_code == 422


def test_a_bsn_is_warned_about_once(client):
    served()
    say_yes(client)

    warned = answer(client, "gezin", text="BSN 111222333")
    again = answer(client, "gezin", text="BSN 111222333", heeded="text")

    assert (warned.status_code, again.status_code) == (200, 302)
    assert list(warned.context["form"].warnings) == ["text"]


def mail_list(email: str, language: str = "nl") -> None:
    """The worker mails the list that somebody with this address asked for."""
    referrals.mail_own_list.func(blind_index("email", email), language)


def test_list_is_mailed_to_whom_we_know_and_told_to_nobody(client):
    referrer = ReferrerFactory(email="joke@school.example")
    answers = []
    for email in ("Joke@School.example", "niemand@school.example"):
        typed = {"email": email} | shown(OwnListForm)
        response = send(client, "/verwijzen/mijn/", typed)
        page = client.get(response.headers["Location"])
        answers.append((response.status_code, page.status_code, page.content))
    asked = list(DBTaskResult.objects.order_by("enqueued_at"))
    for one in asked:
        referrals.mail_own_list.func(*one.args_kwargs["args"])

    assert answers[0] == answers[1]
    # Whom we know shows in no work of the page, and no address in the queue.
    assert len(asked) == 2
    assert "school.example" not in str([one.args_kwargs for one in asked])
    mail = OutboxMail.objects.get()
    assert (mail.referrer, mail.to, mail.asked_for) == (
        referrer,
        "joke@school.example",
        True,
    )
    assert "/verwijzen/mijn/" in mail.body
    assert (AccessLink.objects.get().purpose, DraftKey.objects.count()) == (
        "referrals",
        0,
    )


def link_in(mail: OutboxMail) -> str:
    """The path of the one address in a mail."""
    address = next(word for word in mail.body.split() if word.startswith("http"))
    return "/" + address.split("/", 3)[3]


def test_list_shows_codes_and_no_names(client):
    referrer = ReferrerFactory(email="joke@school.example")
    referral = ReferralFactory(
        referrer=referrer, household__name="Geheim", text="Geheime tekst"
    )
    ReferralFactory(household__name="Ander")

    mail_list("joke@school.example")
    url = link_in(OutboxMail.objects.get())
    pages = [client.get(url), client.get(url)]

    for page in pages:
        assert page.status_code == 200
        assert [row.reference for row in page.context["rows"]] == [referral.reference]
        assert "Gehe" not in page.content.decode()
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
    assert AccessLink.objects.get().used_at is None


@pytest.mark.parametrize("token", ["x", "x" * 43, "a" * 5000, "👩‍👧", "%ff"])
def test_links_that_open_nothing_look_alike(client, token):
    page = client.get(f"/verwijzen/mijn/{token}/")

    assert page.status_code == 404
    # Only the links to the same page in another language name the address.
    main, other = (
        one.content.partition(b"<main")[2]
        for one in (page, client.get("/verwijzen/mijn/y/"))
    )
    assert main == other
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("n", [1, 3])
def test_list_costs_the_same_for_more(client, django_assert_num_queries, n):
    referrer = ReferrerFactory(email="joke@school.example")
    ReferralFactory.create_batch(n, referrer=referrer)
    mail_list("joke@school.example")
    url = link_in(OutboxMail.objects.get())

    with django_assert_num_queries(3):  # link, referrer, list
        assert len(client.get(url).context["rows"]) == n


def test_nobodys_mailbox_is_filled_by_referrers():
    served()
    answers = [refer(Client()) for _time in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "Retry-After" in answers[-1].headers
    assert "Amira" in answers[-1].content.decode()
    assert Referral.objects.count() == 3


def test_beginning_and_sending_are_counted_and_nothing_of_anybody(client):
    served()

    refer(client)

    counted = IntakeCount.objects.order_by("what").values_list("what", "kind", "n")
    assert list(counted) == [("finished", "referral", 1), ("started", "referral", 1)]
