"""Privacy mode: no page of a coordinator shows a name, an address or a number."""

import re

import pytest
from django.urls import reverse

from buurtgezinnen.tests.addresses import ADDRESSES, Who
from buurtgezinnen.tests.world import make_world
from families import privacy
from families.models import CustodyHolder, Household, Location, Person, Referrer
from families.tests.applying import send
from families.tests.factories import (
    CoordinatorFactory,
    HouseholdFactory,
    LocationFactory,
    MembershipFactory,
    MunicipalityFactory,
    PostcodeAreaFactory,
)

pytestmark = pytest.mark.django_db

AT_WORK = {Who.COORDINATOR, Who.OWN_COORDINATOR}
# What somebody is writing, and what a press on a number dials.
WRITTEN = re.compile(
    r'<textarea.*?</textarea>|\b(?:value|href)="[^"]*"', re.DOTALL | re.IGNORECASE
)
MARKER = re.compile(r"Zq\w+|zq\w+@|06 ?98765\d*|\+31698765\d*")


def mark(model, **fields):
    for number, row in enumerate(model.objects.all()):
        for name, value in fields.items():
            setattr(row, name, value % number)
        row.save(update_fields=list(fields))


def mark_everybody():
    """Every private value by which a family can be known is one that stands out."""
    mark(Household, name="Zqgezin%d")
    person = {"telephone": "+3169876543%d", "email": "zqpost%d@example.org"}
    mark(Person, name="Zqvoornaam%d Zqachternaam", **person)
    mark(Location, street="Zqstraat%d 12")
    mark(CustodyHolder, name="Zqgezag%d")
    mark(Referrer, name="Zqverwijzer%d Zqnaam", **person)


def pages(client, world):
    """Each page that a coordinator can open, by its name."""
    for name, address in ADDRESSES.items():
        if address.who in AT_WORK and address.get == 200:
            url = address.url(name, world)
            page = client.get(url)
            if page.headers.get("Content-Type", "").startswith("text/html"):
                yield name, WRITTEN.sub("", page.content.decode())


def test_no_page_of_a_coordinator_shows_who_a_family_is(client):
    world = make_world()
    mark_everybody()
    client.force_login(world.coordinator.user)

    named = {name for name, page in pages(client, world) if MARKER.search(page)}
    client.cookies["privacy"] = "aan"
    shown = {name: set(MARKER.findall(page)) for name, page in pages(client, world)}

    # Else nothing would be hidden, and nothing found.
    assert len(named) > 40
    assert {name: found for name, found in shown.items() if found} == {}


@pytest.fixture
def coordinator(client):
    coordinator = CoordinatorFactory(municipalities=[MunicipalityFactory()])
    client.force_login(coordinator.user)
    return coordinator


@pytest.fixture
def household(coordinator):
    household = HouseholdFactory(
        municipality=coordinator.municipalities.get(), name="O'Brien"
    )
    MembershipFactory(
        household=household,
        person__name="Amira",
        person__telephone="+31612345678",
    )
    area = PostcodeAreaFactory(place="Kudelstaart", municipality=household.municipality)
    LocationFactory(household=household, area=area)
    return household


def test_the_switch_goes_on_and_off_and_leads_back(client, household):
    there = household.get_absolute_url()

    on = send(client, reverse("privacy-switch"), {"next": there})
    hidden = client.get(there).content.decode()
    off = send(client, reverse("privacy-switch"), {"next": there})
    shown = client.get(there).content.decode()

    assert (on.url, off.url) == (there, there)
    assert "Gezin O." in hidden
    assert "A.</span>" in hidden
    assert 'href="tel:+31612345678"' in hidden
    assert "Gezin O&#x27;Brien" in shown
    assert "06 12345678" not in hidden


@pytest.mark.parametrize("next_", ["", "https://elders.example/", "//elders.example"])
def test_the_switch_leads_nowhere_else(client, coordinator, next_):
    response = send(client, reverse("privacy-switch"), {"next": next_})

    assert response.url == reverse("today")


def test_a_message_names_nobody_on_the_page_after_it(client, household):
    client.cookies["privacy"] = "aan"
    url = reverse("families:contact-no-answer", args=[household.reference])
    key = "0b5c4c3e-7a9e-4a54-9c4b-3d1f4a1c8b11"

    send(client, url, {"form_key": key})
    page = client.get(reverse("families:contact-create")).content.decode()

    assert "geen gehoor bij gezin O." in page
    assert "Brien" not in page


def test_what_is_changed_in_privacy_mode_is_not_shortened(client, household):
    client.cookies["privacy"] = "aan"
    url = reverse("families:family-facts", args=[household.reference])
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in shown.items() if value} | {"dog": "yes"}

    assert send(client, url, sent).status_code == 302

    household.refresh_from_db()
    assert (household.name, household.dog) == ("O'Brien", True)
    assert household.memberships.get().person.name == "Amira"


@pytest.mark.parametrize(
    ("page", "hidden"),
    [
        ("<p>Bel Amira el Amrani.</p>", "<p>Bel A.A.</p>"),
        ("<p>Amira belt</p>", "<p>A. belt</p>"),
        ("<p>Amirale</p>", "<p>Amirale</p>"),
        ('<a href="/Amira" title="Amira">x</a>', '<a href="/Amira" title="A.">x</a>'),
        ('<input value="Amira">', '<input value="Amira">'),
        ("<textarea>Amira</textarea>Amira", "<textarea>Amira</textarea>A."),
        ("<script>Amira</script>", "<script>Amira</script>"),
    ],
)
def test_hiding_touches_words_only(page, hidden):
    with privacy.remembered():
        privacy.was_read("person", "name", "Amira el Amrani")

        assert privacy.hide_in_page(page) == hidden


def test_nothing_is_hidden_of_another_request():
    with privacy.remembered():
        privacy.was_read("person", "name", "Amira")

    with privacy.remembered():
        assert privacy.hide("Amira") == "Amira"


@pytest.mark.parametrize(
    ("name", "short"),
    [("De Boer", "D.B."), ("van Dijk", "D."), ("boer", "B."), ("Żak", "Ż.")],
)
def test_a_name_is_its_initials(name, short):
    assert privacy.initials(name) == short
