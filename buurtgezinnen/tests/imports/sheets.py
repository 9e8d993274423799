"""Files as coordinators have them, and the way of one through the site."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from openpyxl import Workbook

from buurtgezinnen.imports.jobs import bring_in_file, check_file
from families.models import ImportRun
from families.tests.factories import (
    CoordinatorFactory,
    MunicipalityFactory,
    PartnershipFactory,
    PostcodeAreaFactory,
)

HEADINGS = ("Soort", "Naam", "Telefoon", "Postcode", "Kinderen", "Fase")
SANNE = ("vraaggezin", "Sanne de Vries", "0612345601", "1431AB", "Noor 6", "wacht")
HENK = ("steungezin", "Henk Bakker", "0612345602", "1431 CD", "", "beschikbaar")


def coordinator_of(name="Aalsmeer", postcode="1431"):
    """Somebody who takes applications in one municipality with one postcode."""
    municipality = MunicipalityFactory(name=name)
    PartnershipFactory(municipalities=[municipality])
    PostcodeAreaFactory(municipality=municipality, postcode=postcode)
    return CoordinatorFactory(municipalities=[municipality])


def csv_of(*rows, headings=HEADINGS):
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([headings, *rows])
    return written.getvalue().encode()


def excel_of(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def send(client, content, name="gezinnen.csv"):
    """The answer to a file that is sent."""
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("import-new"), {"file": file}, format="multipart")


def checked(client, content):
    """The run of a file after its columns were taken as guessed, and checked."""
    answer = send(client, content)
    assert answer.status_code == 302, answer.content.decode()
    run = ImportRun.objects.latest("pk")
    page = client.get(answer["Location"])
    typed = {field.name: field.initial for field in page.context["form"]}
    client.post(
        answer["Location"],
        "&".join(f"{key}={value}" for key, value in typed.items()),
        content_type="application/x-www-form-urlencoded",
    )
    work(run)
    return run


def brought_in(client, content):
    """The run of a file that was checked and brought in."""
    run = checked(client, content)
    press(client, "import-start", run)
    work(run)
    return run


def press(client, name, run):
    return client.post(
        reverse(name, args=[run.reference]),
        "",
        content_type="application/x-www-form-urlencoded",
    )


def work(run):
    """What the worker does with a file, now."""
    for job in (check_file, bring_in_file):
        planned = DBTaskResult.objects.filter(task_path=job.module_path)
        if planned.exists():
            planned.delete()
            job.func(run.pk)
    run.refresh_from_db()
