"""When the schools of a region are closed, as far as that is known."""

import datetime as dt

from django.db.models import Max

from families.models import SchoolHoliday


def holidays_of(
    region: str, first: dt.date, last: dt.date
) -> list[tuple[dt.date, dt.date]]:
    """First and last day of each holiday that lies in a period, or touches it.

    None where the region is not known: "" or one without holidays.
    """
    found = SchoolHoliday.objects.filter(
        region=region, first_on__lte=last, last_on__gte=first
    )
    return list(found.order_by("first_on").values_list("first_on", "last_on"))


def known_until(region: str) -> dt.date | None:
    """The last day of the last holiday that is known; None where none is."""
    found = SchoolHoliday.objects.filter(region=region)
    until: dt.date | None = found.aggregate(until=Max("last_on"))["until"]
    return until
