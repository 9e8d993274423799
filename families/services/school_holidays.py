"""Adds the school holidays of the country that are not there yet."""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from families.models import SchoolHoliday

PUBLISHED = Path(settings.BASE_DIR) / "families" / "regions" / "school_holidays.tsv"


@dataclass(frozen=True)
class Holiday:
    """One holiday of one region."""

    region: str
    name: str
    first_on: dt.date
    last_on: dt.date

    @property
    def key(self) -> tuple[str, str, int]:
        """A holiday has one name in one year, also where its days were changed."""
        return self.region, self.name, self.first_on.year


def published(path: Path = PUBLISHED) -> list[Holiday]:
    """The holidays of a table: region, name, first and last day."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Holiday(
                region, name, dt.date.fromisoformat(first), dt.date.fromisoformat(last)
            )
            for region, name, first, last in csv.reader(file, delimiter="\t")
        ]


@transaction.atomic
def load_school_holidays(holidays: Iterable[Holiday]) -> int:
    """Adds holidays that are not there yet, and tells how many.

    What is there stays as it is: the office may know better.
    """
    stored = SchoolHoliday.objects.values_list("region", "name", "first_on")
    known = {(region, name, first.year) for region, name, first in stored}
    new = [
        SchoolHoliday(
            region=one.region,
            name=one.name,
            first_on=one.first_on,
            last_on=one.last_on,
        )
        for one in holidays
        if one.key not in known
    ]
    SchoolHoliday.objects.bulk_create(new)
    return len(new)
