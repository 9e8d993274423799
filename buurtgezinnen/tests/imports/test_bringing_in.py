"""A file on its way: sent, checked, brought in once, and forgotten."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from buurtgezinnen.imports import runs
from buurtgezinnen.tests.imports.sheets import (
    HEADINGS,
    HENK,
    SANNE,
    brought_in,
    checked,
    coordinator_of,
    csv_of,
    excel_of,
    press,
    send,
    work,
)
from families.models import (
    ContactMoment,
    Household,
    ImportChunk,
    ImportedRow,
    ImportRun,
    Membership,
    PossibleDouble,
    ScreeningCheck,
    SupportOffer,
    SupportRequest,
    Task,
)
from families.services.imports import forget_files

pytestmark = pytest.mark.django_db

BAD = ("vraaggezin", "Piet Jansen", "12", "1431", "Kim 4", "wacht")
COUNTS = ("n_rows", "n_asking", "n_giving", "n_wrong", "n_before")


@pytest.fixture
def coordinator(client):
    found = coordinator_of()
    client.force_login(found.user)
    return found


def counts(run):
    return tuple(getattr(run, name) for name in COUNTS)


def test_the_check_makes_nothing_and_the_real_run_makes_what_it_told(
    client, coordinator
):
    run = checked(client, csv_of(SANNE, HENK, BAD))

    assert counts(run) == (3, 1, 1, 1, 0)
    assert not Household.objects.exists()
    told = counts(run)

    press(client, "import-start", run)
    press(client, "import-start", run)
    work(run)

    assert (run.state, counts(run)) == ("done", told)
    assert SupportRequest.objects.get().stage == SupportRequest.Stage.WAITING
    assert SupportOffer.objects.get().stage == SupportOffer.Stage.AVAILABLE
    assert {one.coordinator for one in Household.objects.all()} == {coordinator}


def test_everything_in_a_row_arrives(client, coordinator):
    headings = (*HEADINGS, "Adres", "Andere volwassenen", "Taal", "Momenten", "Plekken")
    headings += (
        "Wacht sinds",
        "Laatste contact",
        "Verslag",
        "VOG gezien",
        "Akkoord op",
    )
    row = ("steungezin", "Henk Bakker", "+31612345602", "1431CD", "Tim 2020-05", "")
    row += ("Laan 1", "Ria Bakker", "Engels", "wo middag", "2")
    row += ("1-9-2025", "3-11-2025", "Wil graag.", "2-10-2025; ", "1-9-2025")

    brought_in(client, csv_of(row, headings=headings))

    offer = SupportOffer.objects.get()
    household = offer.family.household
    assert offer.waiting_since == dt.date(2025, 9, 1)
    assert offer.stage == SupportOffer.Stage.TALKING
    assert offer.family.places.count() == 2
    assert household.came_by == Household.CameBy.FILE
    assert household.locations.get().street == "Laan 1"
    people = Membership.objects.filter(household=household).order_by("pk")
    assert [(one.role, one.person.name) for one in people] == [
        ("parent", "Henk Bakker"),
        ("partner", "Ria Bakker"),
        ("child", "Tim"),
    ]
    child = people[2].person
    assert (child.birth_year, child.birth_month) == (2020, 5)
    assert [
        (one.state, one.seen_on) for one in ScreeningCheck.objects.order_by("pk")
    ] == [("shown", dt.date(2025, 10, 2)), ("asked", None)]
    contact = ContactMoment.objects.get()
    assert (contact.happened_on, contact.text) == (dt.date(2025, 11, 3), "Wil graag.")
    assert people[0].person.consents.get().withdrawn_at is None
    # Nothing is overdue on the first day.
    assert not Task.objects.open().filter(due_on__lt=timezone.localdate()).exists()


def test_the_same_file_again_makes_no_doubles(client, coordinator):
    brought_in(client, csv_of(SANNE, HENK))

    again = brought_in(client, csv_of(SANNE, HENK))

    assert counts(again) == (2, 0, 0, 0, 2)
    assert Household.objects.count() == 2
    assert ImportedRow.objects.count() == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_of_wrong_rows_goes_in_after_mending(client, coordinator, kind):
    run = brought_in(client, csv_of(SANNE, BAD))

    answer = client.get(reverse("import-wrong", args=[run.reference, kind]))
    content = answer.content
    if kind == "csv":
        rows = [line.split(";") for line in content.decode("utf-8-sig").splitlines()]
    else:
        rows = list(load_workbook(io.BytesIO(content)).active.values)
    assert [*rows[0]] == [*HEADINGS, "Wat is er mis?"]
    assert len(rows) == 2
    assert [*rows[1][:2]] == ["vraaggezin", "Piet Jansen"]
    mended = [*rows[1]]
    mended[2] = "0612345609"
    again = brought_in(client, excel_of([*rows[0]], mended))

    assert counts(again) == (1, 1, 0, 0, 0)
    assert Household.objects.count() == 2


def test_a_family_with_the_number_of_another_is_made_and_pointed_out(
    client, coordinator
):
    brought_in(client, csv_of(SANNE))
    here = Household.objects.get()
    sister = ("vraaggezin", "Lotte Smit", *SANNE[2:])

    run = checked(client, csv_of(sister))

    problem = runs.problems_of(run)[0]
    assert (problem.column, problem.stops, problem.reference) == (
        "telephone",
        False,
        here.reference,
    )
    press(client, "import-start", run)
    work(run)
    assert PossibleDouble.objects.get().earlier == here


def test_a_family_elsewhere_is_not_pointed_out(client, coordinator):
    elsewhere = coordinator_of("Uithoorn", "1421")
    client.force_login(elsewhere.user)
    brought_in(client, csv_of((*SANNE[:3], "1421", *SANNE[4:])))
    client.force_login(coordinator.user)

    run = checked(client, csv_of(("vraaggezin", "Lotte Smit", *SANNE[2:])))

    assert runs.problems_of(run) == []


def test_what_changed_since_the_check_is_told_and_nothing_is_made(client, coordinator):
    run = checked(client, csv_of(SANNE, HENK))
    brought_in(client, csv_of(SANNE))

    press(client, "import-start", run)
    work(run)

    assert (run.state, counts(run)) == ("checked", (2, 0, 1, 0, 1))
    assert Household.objects.count() == 1


def test_one_row_that_breaks_leaves_none(client, coordinator, monkeypatch):
    run = checked(client, csv_of(SANNE, HENK))
    SupportOffer.objects.all().delete()
    # A household of an earlier file took the key of the second row meanwhile, unseen.
    monkeypatch.setattr("buurtgezinnen.imports.checks.brought_in", lambda *_: set())
    brought_in(client, csv_of(HENK))
    press(client, "import-start", run)

    with pytest.raises(Exception, match=r"(?i)unique"):
        work(run)

    run.refresh_from_db()
    assert run.state == "failed"
    assert Household.objects.count() == 1


def test_nobody_else_opens_her_file(client, coordinator):
    run = checked(client, csv_of(SANNE, BAD))
    colleague = coordinator_of("Uithoorn", "1421")
    colleague.municipalities.set(coordinator.municipalities.all())
    client.force_login(colleague.user)

    answers = [
        client.get(reverse("import-run", args=[run.reference])),
        client.get(reverse("import-wrong", args=[run.reference, "csv"])),
        press(client, "import-start", run),
    ]

    assert [one.status_code for one in answers] == [404, 404, 404]


def test_a_bad_file_is_explained_at_the_field(client, coordinator):
    answer = send(client, b"PK\x03\x04rommel", "gezinnen.xlsx")

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "file": [
            "We kunnen dit Excel-bestand niet openen. Sla het opnieuw op als .xlsx en"
            " stuur dat."
        ]
    }
    assert not ImportRun.objects.exists()


def test_a_file_anywhere_else_is_refused(client, coordinator):
    answer = client.post(reverse("more"), {"file": io.BytesIO(b"x")})

    assert answer.status_code == 415


def test_a_column_is_chosen_once(client, coordinator):
    url = send(client, csv_of(SANNE))["Location"]

    answer = client.post(
        url,
        "side=0&name=1&telephone=1&postcode=3",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["telephone"]


def test_what_a_file_says_is_forgotten_after_a_week(client, coordinator):
    run = brought_in(client, csv_of(SANNE, BAD))
    before = timezone.now() + dt.timedelta(days=6)
    after = timezone.now() + dt.timedelta(days=8)

    forget_files(before)
    assert ImportChunk.objects.count() == 1
    forget_files(after)

    run.refresh_from_db()
    assert not ImportChunk.objects.exists()
    assert (run.found, run.state, counts(run)) == ("", "done", (2, 1, 0, 1, 0))
    assert Household.objects.count() == 1


@pytest.mark.parametrize("n_rows", [1, 3])
def test_the_page_of_a_file_asks_the_database_as_often_for_more_rows(
    client, coordinator, django_assert_num_queries, n_rows
):
    run = checked(
        client, csv_of(*[(*BAD[:1], f"Piet {n}", *BAD[2:]) for n in range(n_rows)])
    )

    # Session, user, second factor, coordinator, the file, and who read it.
    with django_assert_num_queries(8):
        page = client.get(reverse("import-run", args=[run.reference]))

    assert len(page.context["page"].object_list) == n_rows
