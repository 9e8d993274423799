"""Trial, durations and house rules on the pages of agreements."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from agreements.core.timeline import Frame
from agreements.forms.frames import ExpectedMonthsField
from agreements.models import AgreementVersion, HouseRules
from agreements.tests.factories import NOON, START, make_pairing, make_version
from agreements.tests.test_forms import editor_data, item_data
from agreements.tests.views.pages import send_data
from families.tests.factories import CoordinatorFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
ENDS = dt.date(2026, 2, 16)
CHOSEN = {
    "trial": "proef",
    "trial_until": "31-1-2027",
    "months_request": "1 jaar",
    "months_support": "weet ik niet",
}


@pytest.fixture
def pairing():
    return make_pairing(stage="trial", trial_until=dt.date(2099, 1, 31))


@pytest.fixture
def rules():
    return HouseRules.objects.create(
        number=1, text="Kom op tijd.\n\nBel op tijd.", holds_from=START
    )


def editor(pairing):
    return reverse("agreements:agreement-change", args=[pairing.reference])


def on_page(response):
    return " ".join(response.text.split())


def test_the_editor_begins_with_the_trial_of_the_pairing(lead, pairing):
    pairing.request.duration_months = 12
    pairing.request.save()

    form = lead.get(editor(pairing)).context["form"]

    names = ("trial", "trial_until", "months_request", "months_support")
    assert [form[name].value() for name in names] == [
        "proef",
        "31-1-2099",
        "1 jaar",
        None,
    ]


def test_what_is_chosen_is_recorded(lead, pairing):
    data = editor_data(item_data(pairing), **CHOSEN)

    response = send_data(lead, editor(pairing), data)

    version = AgreementVersion.objects.get()
    assert response.url == version.get_absolute_url()
    assert version.frame() == Frame(trial_until=dt.date(2027, 1, 31), months_request=12)


@pytest.mark.parametrize(
    ("differs", "field", "message"),
    [
        (
            {"trial_until": ""},
            "trial_until",
            "Zeg tot wanneer de proefperiode duurt.",
        ),
        (
            {"trial_until": "30-11-2026"},
            "trial_until",
            "De proefperiode zou eindigen voordat hij begint.",
        ),
        (
            {"months_support": "lang"},
            "months_support",
            "‘lang’ is geen aantal maanden. Schrijf bijvoorbeeld 12, of 1 jaar.",
        ),
        (
            {"months_request": "21 jaar"},
            "months_request",
            "Kies 1 tot 240 maanden.",
        ),
        (
            {"trial": "misschien"},
            "trial",
            "Selecteer een geldige keuze. misschien is geen beschikbare keuze.",
        ),
    ],
)
def test_what_cannot_be_is_explained_at_its_field(
    lead, pairing, differs, field, message
):
    data = editor_data(item_data(pairing), **CHOSEN | differs)

    response = send_data(lead, editor(pairing), data)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [message]}
    assert AgreementVersion.objects.count() == 0


def test_of_definite_agreements_the_day_of_the_trial_does_not_count(lead, pairing):
    data = editor_data(item_data(pairing), **CHOSEN | {"trial": "vast"})

    send_data(lead, editor(pairing), data)

    assert AgreementVersion.objects.get().trial_until is None


@pytest.mark.parametrize(
    ("typed", "months"),
    [("12", 12), ("1,5 jaar", 18), ("Weet ik niet.", None), ("?", None), ("", None)],
)
def test_a_duration_is_read_with_goodwill(typed, months):
    assert ExpectedMonthsField(required=False).clean(typed) == months


def test_a_duration_that_cannot_be_is_refused():
    with pytest.raises(ValidationError):
        ExpectedMonthsField(required=False).clean("0")


def settled(pairing, **frame):
    return make_version(pairing, frame=Frame(**frame))


def same_items(pairing, **differs):
    data = item_data(pairing, line="1")
    return editor_data(data, initial=1, **CHOSEN | differs)


def test_another_frame_is_a_change_and_the_same_one_is_none(lead, pairing):
    version = settled(pairing, months_request=12)
    same = {"trial": "vast", "row_version": str(row_version(version))}

    refused = send_data(lead, editor(pairing), same_items(pairing, **same))
    taken = send_data(
        lead, editor(pairing), same_items(pairing, **same, months_support="6")
    )

    assert refused.context["form"].non_field_errors() == [
        "Er verandert niets. Kies eerst wat anders wordt."
    ]
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert AgreementVersion.objects.get(number=2).months_support == 6


def test_new_house_rules_alone_are_a_change(lead, pairing, rules):
    version = settled(pairing, months_request=12)
    HouseRules.objects.create(number=2, text="Anders.", holds_from=START + DAY)
    same = {"trial": "vast", "row_version": str(row_version(version))}
    data = same_items(pairing, **same)

    shown = send_data(lead, editor(pairing), data | {"doen": "bekijk"})
    response = send_data(lead, editor(pairing), data)

    lines = shown.context["shown"].frame
    assert [(one.label, one.was, one.becomes) for one in lines] == [
        ("Huisregels", "nummer 1", "nummer 2")
    ]
    assert response.status_code == 302
    assert AgreementVersion.objects.get(number=2).house_rules.number == 2


def row_version(version):
    version.agreement.refresh_from_db()
    return version.agreement.row_version


def test_a_frame_sent_again_after_a_colleague_is_not_taken_for_the_same(lead, pairing):
    version = settled(pairing)
    first = {"trial": "vast", "row_version": str(row_version(version))}

    send_data(lead, editor(pairing), same_items(pairing, **first))
    again = send_data(lead, editor(pairing), same_items(pairing, **first))
    other = send_data(
        lead, editor(pairing), same_items(pairing, **first, months_support="6")
    )

    draft = AgreementVersion.objects.get(number=2)
    assert (again.status_code, again.url) == (302, draft.get_absolute_url())
    assert (other.status_code, draft.months_support) == (422, None)


def test_the_version_page_says_the_frame_and_leads_to_the_step(lead, pairing, rules):
    version = settled(pairing, months_request=12, months_support=6)

    response = lead.get(version.get_absolute_url())

    page = on_page(response)
    for said in (
        "Dit zijn vaste afspraken.",
        "Gezin De Boer denkt aan 1 jaar.",
        "Gezin De Boer denkt aan 1 jaar, gezin Willems aan 6 maanden. Bespreek dat.",
        "Hierbij horen de huisregels nummer 1, van ma 5 januari 2026.",
        "<p>Kom op tijd.</p> <p>Bel op tijd.</p>",
        "Maak dan ook de koppeling vast.",
        f'href="{pairing.get_absolute_url()}#next-title"',
    ):
        assert said in page


def test_only_the_last_word_is_compared_with_the_stage(lead, pairing):
    first = settled(pairing)
    make_version(
        pairing,
        effective_from=START + DAY,
        frame=Frame(trial_until=pairing.trial_until),
        at=NOON + DAY,
    )

    response = lead.get(first.get_absolute_url())

    assert response.context["stage_hint"] == ""


def test_paper_shows_the_frame_and_the_house_rules(lead, pairing, rules):
    settled(pairing, months_request=12)
    address = reverse("agreements:version-print", args=[pairing.reference, 1])

    page = on_page(lead.get(address))

    assert "Amira denkt aan 1 jaar." in page
    assert "<p>Kom op tijd.</p> <p>Bel op tijd.</p>" in page


def test_the_page_of_the_agreements_tells_to_which_house_rules_both_said_yes(
    lead, pairing, rules
):
    address = reverse("agreements:agreement-detail", args=[pairing.reference])
    settled(pairing, trial_until=pairing.trial_until)
    none_yet = on_page(lead.get(address))
    make_version(pairing, effective_from=START + DAY, frame=Frame(), at=NOON + DAY)

    agreed = on_page(lead.get(address))

    assert "Ze zeiden nog geen ja tegen huisregels." in none_yet
    assert "Beide zeiden ja tegen huisregels nummer 1, bij versie 2" in agreed


def rules_page(*number):
    name = "agreements:house-rules-numbered" if number else "agreements:house-rules"
    return reverse(name, args=number)


def test_coordinators_read_the_house_rules_that_hold(client, rules):
    later = timezone.localdate() + DAY
    HouseRules.objects.create(number=2, text="Anders.", holds_from=later)
    client.force_login(CoordinatorFactory().user)

    holding, to_come, old = (
        client.get(rules_page(*number)) for number in ((), (2,), (1,))
    )

    assert [one.context["rules"].number for one in (holding, to_come, old)] == [1, 2, 1]
    assert "Kom op tijd." in holding.text
    assert "Anders." not in holding.text
    assert "Gaat nog in" in to_come.text


@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_house_rules_that_are_not_there_are_not_found(client, rules, number):
    client.force_login(CoordinatorFactory().user)

    assert client.get(rules_page(number)).status_code == 404


def test_without_house_rules_the_page_says_so(client):
    client.force_login(CoordinatorFactory().user)

    response = client.get(rules_page())

    assert "Er zijn nog geen huisregels. Het kantoor schrijft ze." in response.text


@pytest.mark.parametrize("n_numbers", [1, 3])
def test_house_rules_cost_the_same_for_any_number(
    client, django_assert_num_queries, n_numbers
):
    for number in range(1, n_numbers + 1):
        HouseRules.objects.create(number=number, text="Tekst.", holds_from=START)
    client.force_login(CoordinatorFactory().user)

    with django_assert_num_queries(8):
        response = client.get(rules_page())

    assert len(response.context["every"]) == n_numbers
