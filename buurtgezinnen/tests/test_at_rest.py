"""What a thief of the disk would read: words that families told are not among it."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from families.models import Household, OutboxMail, SupportRequest
from families.tests.applying import answer_until, apply, send, served, step_url

PLANTED = (
    "Amira",
    "Voorbeeld",
    "amira@buurt.example",
    "612345678",
    "Noor",
    "Fietsen leren",
    "keukentafel",
    "1431AB",
)


def everything_stored() -> str:
    """Every value of every table, as the database gives it to whoever can log in."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of tables
            rows += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(rows)


def files_of_sqlite() -> list[Path]:
    """The file of the database and its journals; none on a server."""
    if connection.vendor != "sqlite":
        return []
    file = Path(connection.settings_dict["NAME"])
    return list(file.parent.glob(f"{file.name}*"))


def works_on_it(client: Client) -> None:
    """A coordinator reads the application and notes a talk."""
    request = SupportRequest.objects.get()
    household = request.family.household
    client.force_login(household.coordinator.user)
    page = client.get(f"/werk/gezinnen/{household.reference}/")
    assert "Amira" in page.content.decode()
    noted = send(
        client,
        f"/werk/gezinnen/{household.reference}/contact/",
        {
            "kind": "telephone",
            "outcome": "reached",
            "happened_on": "vandaag",
            "text": "Gesprek aan de keukentafel",
            "form_key": "0b5c34f6-1f0e-4c8e-9f53-0d6f5c4f6a11",
        },
    )
    assert noted.status_code == 302


@pytest.mark.django_db(transaction=True)
def test_words_of_a_family_are_nowhere_readable(client):
    served(telephone="+31600000101")
    apply(client, "steun-vragen")
    half_way = Client()
    answer_until(half_way, "steun-vragen", last="contact")
    works_on_it(Client())
    call_command(
        "db_worker",
        batch=True,
        reload=False,
        startup_delay=False,
        interval=0,
        verbosity=0,
    )

    stored = everything_stored()
    on_disk = b"".join(file.read_bytes() for file in files_of_sqlite())

    assert OutboxMail.objects.get().sent_at is not None
    assert [word for word in PLANTED if word in stored] == []
    assert [word for word in PLANTED if word.encode() in on_disk] == []


@pytest.mark.django_db(transaction=True)
def test_words_of_a_family_stand_in_no_log(client, caplog):
    served(telephone="+31600000101")
    with caplog.at_level("DEBUG"):
        apply(client, "steun-vragen")
        works_on_it(client)
        household = Household.objects.get()
        send(client, step_url("steun-vragen", "postcode"), {"postcode": "1431AB\0"})
        client.get(f"/werk/gezinnen/{household.reference}x/")

    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db"
    )
    assert [word for word in PLANTED if word in logged] == []
