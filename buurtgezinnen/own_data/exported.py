"""Everything of one family in a file, as its coordinator may read it."""

import datetime as dt
import io
import json
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from buurtgezinnen.own_data.collected import Group, as_document, collect, left_out
from buurtgezinnen.own_data.subject import Subject
from families.models import ContactMoment, Household, Location, Membership, User

SECRET_PLACE = {"postcode", "street", "area", "latitude", "longitude"}


@dataclass(frozen=True)
class WholeFamily(Subject):
    """All people of a household, for a colleague who may see it."""

    reader: User

    @classmethod
    def of(cls, household: Household, *, reader: User, on: dt.date) -> "WholeFamily":
        """The family as `reader` sees it.

        Raises:
            Membership.DoesNotExist: nobody was ever written down there.
        """
        members = Membership.objects.filter(household=household).select_related(
            "person"
        )
        return cls(members.earliest("pk").person, household, on, reader)

    @cached_property
    def everybody(self) -> list[int]:
        """The keys of all who live or lived there, children of each age too."""
        members = Membership.objects.filter(household__in=self.homes)
        return list(members.order_by("pk").values_list("person", flat=True).distinct())

    @cached_property
    def selves(self) -> list[int]:
        """The same: it is about each of them."""
        return self.everybody

    @cached_property
    def names_of_others(self) -> set[str]:
        """None: a colleague reads what she wrote about two families together."""
        return set()

    @property
    def why_sensitive(self) -> str:
        """What stands where a colleague's sensitive note is."""
        return _("This is sensitive: only who wrote it reads it.")

    def may_read(self, contact: ContactMoment) -> bool:
        """Whether the words of a note are for the reader."""
        return not contact.sensitive or contact.by_id == self.reader.pk

    def hides(self, row: Model, name: str) -> str:
        """Why a value does not stand in a file: an address that is secret."""
        if isinstance(row, Location) and row.secret and name in SECRET_PLACE:
            return _("This address is secret. It stands in no file.")
        return ""


def groups_of(household: Household, *, reader: User, on: dt.date) -> list[Group]:
    """What the file holds, by its parts."""
    return collect(WholeFamily.of(household, reader=reader, on=on))


def packed(
    household: Household, *, reader: User, at: dt.datetime, on: dt.date
) -> bytes:
    """A zip file: a page to read, and the same for a computer."""
    family = WholeFamily.of(household, reader=reader, on=on)
    document: dict[str, Any] = as_document(family, at=at)
    page = render_to_string(
        "family_export_file.html",
        {"groups": collect(family), "left_out": left_out(), "at": at},
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("gezin.html", page)
        pretty = json.dumps(document, ensure_ascii=False, indent=1)
        zipped.writestr("gezin.json", pretty)
    return written.getvalue()
