"""The agreements on paper, opened with another library than the one that made them."""

import datetime as dt
import io
import re

import pytest
import typst
from django.urls import reverse
from pypdf import PdfReader

from agreements import wording
from agreements.history import History, with_families
from agreements.models import AgreementVersion, HouseRules
from agreements.paper import pdf_of, what_it_says
from agreements.paper.pdf import printable
from agreements.tests.factories import (
    START,
    child_of,
    make_pairing,
    make_version,
    wednesdays,
)
from families.models import AuditEvent, Person
from families.tests.factories import CoordinatorFactory, LocationFactory
from matching.models import Pairing

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)
RULES = "Wij zijn eerlijk.\n\nWij bellen af:\nuiterlijk een dag tevoren.\n"
NO_BREAK_HERE = "\u200b"


def said_of(version, **differs):
    """What the paper of a version says, with other values in the database."""
    AgreementVersion.objects.filter(pk=version.pk).update(**differs)
    pairing = with_families(Pairing.objects, adults=True).get()
    history = History.of(pairing)
    return what_it_says(history, history.numbered(version.number), on=TODAY)


def read(pdf):
    return PdfReader(io.BytesIO(pdf), strict=True)


def text_of(pdf):
    """All its words, in order, whatever line or page they stand on."""
    text = " ".join(page.extract_text() for page in read(pdf).pages)
    return " ".join(text.replace(NO_BREAK_HERE, "").split())


def tags_of(pdf):
    """The kinds of things in it, as a screen reader finds them, in order."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(node["/S"].removeprefix("/"))
            if "/K" in node:
                walk(node["/K"])

    walk(read(pdf).root_object["/StructTreeRoot"]["/K"])
    return found


def is_for_everybody(pdf):
    """Whether it says of itself that it keeps to PDF/UA-1."""
    metadata = read(pdf).root_object["/Metadata"].get_data().decode()
    return re.findall(r"<pdfuaid:part>(\d)</pdfuaid:part>", metadata) == ["1"]


@pytest.fixture
def version():
    rules = HouseRules.objects.create(number=7, text=RULES, holds_from=START)
    pairing = make_pairing()
    made = make_version(pairing, items=[wednesdays(pairing, note="Neem\nzwemspullen.")])
    AgreementVersion.objects.filter(pk=made.pk).update(
        house_rules=rules, months_request=12, months_support=6
    )
    made.refresh_from_db()
    return made


def test_it_can_be_read_by_who_does_not_see_it(version):
    pdf = pdf_of(said_of(version))

    root = read(pdf).root_object
    assert is_for_everybody(pdf)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read(pdf).metadata.title == "Onze afspraken, versie 1"
    assert [tag for tag in tags_of(pdf) if tag in ("Title", "H1", "H2")] == [
        "Title",
        "H1",
        "H2",
        "H1",
        "H1",
        "H1",
    ]


def test_it_says_what_the_version_says_and_no_more(version):
    code = version.agreement.pairing.reference
    lead = version.agreement.pairing.lead
    names = wording.Names(
        request=wording.Family("Amira"),
        support=wording.Family("Karin en Joost", n_people=2),
        children={child_of(version.agreement.pairing): "Noor"},
    )

    text = text_of(pdf_of(said_of(version)))

    foot = f"Versie 1 · code {code[:5]}-{code[5:]} · gemaakt op 2 maart 2026"
    assert text == " ".join(
        [
            "Onze afspraken",
            "Gezin dat steun vraagt: Amira",
            "Gezin dat steun geeft: Karin en Joost",
            "Voor: Noor",
            "Geldt vanaf: 5 januari 2026",
            "Versie: 1, opgeschreven op 5 januari 2026",
            f"Coördinator: {lead.user.name}, telefoon {lead.telephone.as_national}",
            "Ja gezegd: Amira op 5 januari 2026; Karin en Joost op 5 januari 2026",
            "Dit is afgesproken",
            "Spelen (Noor)",
            *(wording.sentences(one, names) for one in version.terms()),
            "Neem zwemspullen.",
            "Ongeveer 17 uur per maand.",
            "Dit zijn vaste afspraken.",
            "Amira denkt aan 1 jaar.",
            "Karin en Joost denken aan 6 maanden.",
            "Goed om te weten",
            "• Je kunt altijd stoppen. Zeg het tegen je coördinator.",
            "• Wil je iets veranderen? Dan maken we samen nieuwe afspraken.",
            "Wij spreken dit zo af",
            "Amira Datum Handtekening",
            "Karin en Joost Datum Handtekening",
            f"Coördinator {lead.user.name} Datum Handtekening",
            f"{foot} Bladzijde 1 van 2",
            "Bijlage: huisregels, nummer 7, van 5 januari 2026",
            "Wij zijn eerlijk.",
            "Wij bellen af: uiterlijk een dag tevoren.",
            f"{foot} Bladzijde 2 van 2",
        ]
    )


def test_no_surname_of_a_family_and_no_address_is_on_it(version):
    pairing = version.agreement.pairing
    Person.objects.filter(pk=child_of(pairing)).update(name="Noor De Boer")
    homes = [one.family.household for one in (pairing.request, pairing.offer)]
    for home in homes:
        LocationFactory(household=home, street="Kerkstraat 12", postcode="1431GZ")

    text = text_of(pdf_of(said_of(version)))

    private = [*(home.name for home in homes), "Kerkstraat", "1431"]
    assert private == ["De Boer", "Willems", "Kerkstraat", "1431"]
    assert [word for word in private if word in text] == []


def test_a_child_with_a_surname_of_its_own_goes_by_first_name(version):
    Person.objects.filter(pk=child_of(version.agreement.pairing)).update(
        name="Noor Jansen"
    )

    text = text_of(pdf_of(said_of(version)))

    assert "Voor: Noor Geldt vanaf" in text
    assert "Jansen" not in text


def test_a_trial_says_until_when_and_has_no_house_rules(version):
    said = said_of(version, house_rules=None, trial_until=dt.date(2026, 4, 1))

    assert said["rules"] is None
    assert said["parts"][0]["text"][1] == (
        "Dit is een proefperiode, tot en met 1 april 2026."
    )
    assert len(read(pdf_of(said)).pages) == 1


@pytest.mark.parametrize(
    ("differs", "notice"),
    [
        ({}, ""),
        ({"settled_at": None}, "Dit geldt als beide gezinnen ja hebben gezegd."),
        (
            {"superseded_at": dt.datetime(2026, 2, 1, tzinfo=dt.UTC)},
            "Let op: deze versie geldt niet meer.",
        ),
    ],
)
def test_it_says_whether_it_counts(version, differs, notice):
    assert said_of(version, **differs)["notice"] == notice


def test_a_stop_has_no_items_to_agree_to(version):
    version.items.all().delete()

    said = said_of(version, kind="stop", house_rules=None)

    assert said["parts"][0] == {
        "title": "De afspraken stoppen",
        "items": [],
        "text": ["Vanaf deze dag geldt er niets meer."],
        "points": [],
    }
    assert is_for_everybody(pdf_of(said))


@pytest.mark.parametrize(
    ("note", "printed"),
    [
        ('#eval("1+1") #include "/etc/passwd"', '#eval("1+1") #include "/etc/passwd"'),
        ("*vet* _schuin_ `code` $x^2$", "*vet* _schuin_ `code` $x^2$"),
        ("= Kop\n- punt\n+ een\n/ a: b", "= Kop - punt + een / a: b"),
        ("\\ \\u{41} </script> @bron <label>", "\\ \\u{41} </script> @bron <label>"),
        ("20 °C -- het kost € 5,00 ...", "20 °C -- het kost € 5,00 ..."),
        ("Zoë, Şükrü, Łukasz, Привет", "Zoë, Şükrü, Łukasz, Привет"),
        ("lief 🧡, 👍🏽 en 👩‍👧", "lief □, □ en □□"),
        ("nul\0 en \x07bel en \u202eom", "nul en bel en om"),
        ("x" * 500, "x" * 500),
    ],
)
def test_what_people_wrote_stays_text(version, note, printed):
    said = said_of(version)
    said["parts"][0]["items"][0]["text"] = ["Begin:", note, "Einde."]

    pdf = pdf_of(said)

    text = text_of(pdf)
    between = text[text.index("Begin:") : text.index("Einde.")]
    assert between.replace(" ", "") == f"Begin: {printed}".replace(" ", "")
    assert is_for_everybody(pdf)


def test_what_is_written_from_right_to_left_is_there(version):
    said = said_of(version)
    said["parts"][0]["items"][0]["text"] = ["مرحبا"]

    pdf = pdf_of(said)

    # Libraries differ in which letter they give first.
    assert set("مرحبا") <= set(text_of(pdf))
    assert read(pdf).root_object["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    ("note", "printed"),
    [
        ("\u1275\u130d\u122d\u129b", "□□□□"),
        ("Zo: 한국어.", "Zo: □□□."),
        ("ni\u0e01\u0e34", "ni□□"),
        ("e\u1dc4", "e□"),
    ],
)
def test_a_letter_without_a_font_becomes_a_box(version, note, printed):
    said = said_of(version)
    said["parts"][0]["items"][0]["text"] = [f"Begin {note} einde"]

    pdf = pdf_of(said, fonts=typst.Fonts(include_system_fonts=False))

    assert is_for_everybody(pdf)
    assert f"Begin {printed} einde" in text_of(pdf)


def test_a_paper_that_cannot_keep_the_standard_is_made_without(version):
    said = said_of(version) | {"title": ""}

    pdf = pdf_of(said)

    root = read(pdf).root_object
    assert not is_for_everybody(pdf)
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "nl")
    assert tags_of(pdf).count("H1") == 4


def test_lines_stay_and_other_white_space_is_a_space():
    assert printable({"a": ["b\r\nc\td\u2028e", None, 3]}) == {
        "a": ["b\nc d e", None, 3]
    }


def download(client, version, user):
    client.force_login(user)
    pairing = version.agreement.pairing
    args = [pairing.reference, version.number]
    return client.get(reverse("agreements:version-pdf", args=args))


def test_its_own_coordinator_downloads_it(client, version):
    pairing = version.agreement.pairing

    response = download(client, version, pairing.lead.user)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == (
        f'attachment; filename="afspraken-{pairing.reference}-1.pdf"'
    )
    assert read(response.content).metadata.title == "Onze afspraken, versie 1"
    event = AuditEvent.objects.get(page="agreements:version-pdf")
    assert (event.verb, event.object_reference) == ("read", pairing.reference)


def test_a_colleague_elsewhere_finds_nothing(client, version):
    response = download(client, version, CoordinatorFactory().user)

    assert response.status_code == 404
    event = AuditEvent.objects.get(page="agreements:version-pdf")
    assert event.verb == "denied"


def test_a_number_that_is_not_there_is_not_found(client, version):
    version.number = 2

    assert download(client, version, version.recorded_by).status_code == 404


def test_more_versions_take_no_more_queries(client, version, django_assert_num_queries):
    pairing = version.agreement.pairing
    for later in range(1, 4):
        start = START + dt.timedelta(weeks=later)
        make_version(pairing, effective_from=start, items=[wednesdays(pairing, line=1)])
    client.force_login(pairing.lead.user)
    address = reverse("agreements:version-pdf", args=[pairing.reference, 1])
    client.get(address)

    with django_assert_num_queries(17):
        client.get(address)
