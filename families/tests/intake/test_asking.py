"""The questions to a family that asks, one by one."""

import datetime as dt

import pytest

from families import moments
from families.forms.bsn import looks_like_bsn
from families.forms.widgets import SimpleWeekWidget
from families.models import IntakeDraft, Membership, Person, SupportRequest
from families.tests.applying import (
    CONSENT,
    REQUEST_ANSWERS,
    answer_until,
    send,
    served,
    step_url,
)
from families.vocabulary import Language

KIND = "steun-vragen"
DAYTIME_WEEKEND = moments.WEEKEND & moments.DAYTIME


def terms(client):
    """What the page to check everything says, by its question."""
    page = client.get(f"/{KIND}/controleren/")
    return {str(row["term"]): str(row["value"]) for row in page.context["rows"]}


def sent(client):
    """Sends what was answered."""
    send(client, f"/{KIND}/controleren/", CONSENT[KIND])
    return SupportRequest.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "mask", "words"),
    [
        (["afternoons"], moments.AFTERNOONS, "Doordeweeks na school"),
        (["weekend"], DAYTIME_WEEKEND, "In het weekend"),
        (["holidays"], moments.SCHOOL_HOLIDAYS, "In de schoolvakantie"),
        (
            ["weekend", "both-2-1"],
            DAYTIME_WEEKEND | moments.both_weeks(2, 1),
            "In het weekend; Woensdag: middag",
        ),
        (["weekend", "both-5-0"], DAYTIME_WEEKEND, "In het weekend"),
        (["unknown"], None, "Dat weet ik nog niet"),
    ],
)
def test_simple_and_exact_moments_are_read_into_one_mask(client, chosen, mask, words):
    served()
    answer_until(client, KIND)

    send(client, step_url(KIND, "wanneer"), {"moments": chosen})

    assert terms(client)["Wanneer zou steun helpen?"] == words
    assert client.get(step_url(KIND, "wanneer")).context["form"].initial == {
        "moments": chosen
    }
    assert sent(client).moments == mask


@pytest.mark.parametrize(
    ("mask", "codes"),
    [
        (moments.AFTERNOONS | DAYTIME_WEEKEND, ["afternoons", "weekend"]),
        (moments.both_weeks(0, 1), ["both-0-1"]),
        (
            DAYTIME_WEEKEND | moments.both_weeks(0, 0) | moments.SCHOOL_HOLIDAYS,
            ["weekend", "holidays", "both-0-0"],
        ),
    ],
)
def test_what_was_chosen_simply_is_shown_simply(mask, codes):
    widget = SimpleWeekWidget()

    assert widget.codes_in(mask) == codes
    assert widget.mask_of(codes) == mask


@pytest.mark.django_db
@pytest.mark.parametrize(("chosen", "is_open"), [("weekend", 0), ("both-2-1", 1)])
def test_week_is_folded_until_somebody_chose_in_it(client, chosen, is_open):
    served()
    answer_until(client, KIND)
    send(client, step_url(KIND, "wanneer"), {"moments": [chosen]})

    page = client.get(step_url(KIND, "wanneer")).content.decode()

    assert page.count("Ik wil precies kiezen") == 1
    assert page.count('<details class="mt" open>') == is_open


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["both-9-1", "both-1", "even", "weekend2", "both-x-1"])
def test_moment_that_is_none_of_ours_is_refused(client, code):
    served()
    answer_until(client, KIND, last="wanneer")

    response = send(client, step_url(KIND, "wanneer"), {"moments": ["weekend", code]})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "moments": ["Kies uit de momenten op deze pagina."]
    }


@pytest.mark.django_db
def test_language_of_the_site_is_chosen_beforehand(client):
    served()
    answer_until(client, KIND, last="taal")

    dutch = client.get(step_url(KIND, "taal")).context["form"]
    turkish = client.get(f"/tr{step_url(KIND, 'taal')}")

    assert dutch["language"].value() == "nl"
    assert turkish.context["form"]["language"].value() == "tr"
    words = turkish.content.decode()
    assert words.count('<span lang="ar" dir="rtl">') == 1
    assert words.count('<span lang="tr" dir="ltr">Türkçe</span>') == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "languages", "other", "needed"),
    [
        ({"language": "nl"}, Language.DUTCH, "", None),
        ({"language": "ar", "interpreter": "no"}, Language.ARABIC, "", False),
        (
            {"language": "other", "which": "41", "interpreter": "unknown"},
            Language.TIGRINYA,
            "",
            None,
        ),
        (
            {"language": "other", "which_other": "Saho", "interpreter": "yes"},
            Language.OTHER,
            "Saho",
            True,
        ),
        # What belongs to another choice does not count.
        (
            {"language": "nl", "which": "41", "which_other": "Saho"},
            Language.DUTCH,
            "",
            None,
        ),
    ],
)
def test_language_is_kept_with_who_speaks_it(client, typed, languages, other, needed):
    served()
    answer_until(client, KIND)
    send(client, step_url(KIND, "taal"), typed)

    told = terms(client)["In welke taal praat je het liefst met ons?"]
    request = sent(client)

    parent = Person.objects.get(memberships__role=Membership.Role.PARENT)
    assert told == (other or languages.label)
    assert request.preferred_language == parent.languages == 1 << languages
    assert (parent.language_other, parent.interpreter_needed) == (other, needed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"language": "other", "interpreter": "no"}, {"which": ["Kies een taal."]}),
        (
            {"language": "pl"},
            {
                "interpreter": [
                    "Kies of je een tolk nodig hebt. Of kies ‘Dat weet ik nog niet’."
                ]
            },
        ),
        (
            {"language": "other", "which": "999", "interpreter": "no"},
            {"which": ["Kies uit de antwoorden op deze pagina."]},
        ),
    ],
)
def test_language_page_says_what_is_missing(client, typed, errors):
    served()
    answer_until(client, KIND, last="taal")

    response = send(client, step_url(KIND, "taal"), typed)

    assert response.status_code == 422
    assert response.context["form"].errors == errors


@pytest.mark.django_db
def test_wishes_of_the_family_are_wishes_with_their_source(client):
    served()
    answer_until(client, KIND)
    everything = {"matters": ["animals", "smoking", "children", "car"], "remarks": ""}
    send(client, step_url(KIND, "belangrijk"), everything)

    request = sent(client)

    household = request.family.household
    assert (request.no_smoking, request.children_at_home) == ("wish", "wish")
    assert (household.car, household.dog, household.smoking) == (False, None, None)
    sources = request.sources.order_by("field").values_list("field", "source", "on")
    assert {source[1:] for source in sources} == {
        ("application", dt.date(2026, 11, 23))
    }
    assert [field for field, *_rest in sources] == [
        "car",
        "children",
        "children_at_home",
        "frequency",
        "kinds",
        "kinds_other",
        "languages",
        "moments",
        "no_cat",
        "no_dog",
        "no_other_animal",
        "no_smoking",
        "preferred_language",
    ]


# The eleven-test: an invented number that passes it.
BSN = "111222333"


@pytest.mark.parametrize(
    ("text", "looks_so"),
    [
        (BSN, True),
        ("mijn bsn is 111 222 333.", True),
        ("1112.22.333", True),
        ("١١١٢٢٢٣٣٣", True),
        ("111222334", False),
        ("000000000", False),
        ("0111222333", False),
        ("06 11122233 3", False),
        ("1112223331", False),
        ("Noor is 6", False),
    ],
)
def test_bsn_is_noticed_by_its_eleven_test(text, looks_so):
    assert looks_like_bsn(text) is looks_so


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "field"),
    [
        ("kinderen", "name-0"),
        ("wat", "kinds_other"),
        ("belangrijk", "remarks"),
        ("delen", "likes"),
        ("contact", "name"),
    ],
)
def test_bsn_in_a_text_is_warned_of_once_and_never_refused(client, slug, field):
    served()
    answer_until(client, KIND, last=slug)
    kept = IntakeDraft.objects.get().answers
    answers = REQUEST_ANSWERS[slug] | {field: f"Zie {BSN}"}

    first = send(client, step_url(KIND, slug), answers)
    after_first = IntakeDraft.objects.get().answers
    second = send(client, step_url(KIND, slug), answers | {"heeded": field})

    assert first.status_code == 200
    form = first.context["form"]
    assert form.warnings == {
        field: "Dit lijkt op een BSN. Haal het weg, we hebben het niet nodig."
    }
    page = first.content.decode()
    assert form[field].value() == f"Zie {BSN}"
    assert page.count(f'<p class="warning" id="id_{field}_warning">') == 1
    assert f'{form[field].auto_id}_warning"' in page
    assert page.count(f'name="heeded" value="{field}"') == 1
    assert after_first == kept
    assert second.status_code == 302


@pytest.mark.django_db
def test_telephone_number_is_no_bsn(client):
    served()
    answer_until(client, KIND, last="contact")
    answers = REQUEST_ANSWERS["contact"] | {"telephone": "+31 111222333"}

    response = send(client, step_url(KIND, "contact"), answers)

    assert response.headers["Location"] == f"/{KIND}/controleren/"


@pytest.mark.django_db
def test_coordinator_reads_what_the_family_told(client):
    sanne = served()
    answer_until(client, KIND)
    other = {"language": "other", "which_other": "Saho", "interpreter": "yes"}
    send(client, step_url(KIND, "taal"), other)
    household = sent(client).family.household
    client.force_login(sanne.user)

    page = client.get(household.get_absolute_url()).content.decode()

    words = " ".join(page.split())
    assert "Spreekt een andere taal: Saho" in words
    assert "Regel een tolk" in words
    assert "We lopen overal heen." in words
    assert "heeft een auto" in words.casefold()
