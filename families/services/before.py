"""Writes values and remembers what was there before, to be put back one day."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models

from families.models import Consent, Person, SupportOffer, SupportRequest, User
from families.services.audit import record
from families.services.stages import change_stage


class Changes:
    """Writes values and remembers what was there, to be put back."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.made: list[dict[str, Any]] = []

    def write(self, row: Any, values: Mapping[str, Any]) -> None:
        new = {
            name: value for name, value in values.items() if getattr(row, name) != value
        }
        if not new:
            return
        before = {name: _plain(row, name) for name in new}
        for name, value in new.items():
            setattr(row, name, value)
        after = {name: _plain(row, name) for name in new}
        self.made.append(
            {
                "model": row._meta.model_name,
                "pk": row.pk,
                "fields": {name: [before[name], after[name]] for name in new},
            }
        )
        written = list(new)
        if hasattr(row, "row_version"):
            row.row_version += 1
            written.append("row_version")
        row.save(update_fields=written)
        record(row, verb="changed", by=self.by, fields=new)

    def stage(self, wish: SupportRequest | SupportOffer, to: str, on: dt.date) -> None:
        self.made.append(
            {
                "model": wish._meta.model_name,
                "pk": wish.pk,
                "stage": [wish.stage, to],
                "paused_until": _plain(wish, "paused_until"),
            }
        )
        change_stage(wish, to=to, on=on, by=self.by)

    def children(self, request: SupportRequest, new: list[Person]) -> None:
        before = sorted(request.children.values_list("pk", flat=True))
        after = sorted(one.pk for one in new)
        if before == after:
            return
        self.made.append(
            {"model": "supportrequest", "pk": request.pk, "children": [before, after]}
        )
        request.children.set(new)
        record(request, verb="changed", by=self.by, fields=["children"])

    def made_row(self, row: models.Model) -> None:
        self.made.append({"model": row._meta.model_name, "pk": row.pk, "made": True})


def _plain(row: models.Model, name: str) -> str | None:
    """A value as text, in the way Django writes it; None stays None."""
    field: Any = row._meta.get_field(name.removesuffix("_id"))
    value = getattr(row, name)
    if value is None:
        return None
    return str(value) if field.is_relation else field.value_to_string(row)


def put_back(change: dict[str, Any], *, on: dt.date, by: User) -> None:
    """Undoes one change, except where a value was changed once more since."""
    model: Any = apps.get_model("families", change["model"])
    row = model.objects.filter(pk=change["pk"]).first()
    if row is None:
        return
    if "made" in change:
        row.delete()
    elif "stage" in change:
        before, after = change["stage"]
        if row.stage == after:
            change_stage(row, to=before, on=on, by=by)
            if change["paused_until"]:
                row.paused_until = dt.date.fromisoformat(change["paused_until"])
                row.save(update_fields=["paused_until"])
    elif "children" in change:
        before, after = change["children"]
        if sorted(row.children.values_list("pk", flat=True)) == after:
            row.children.set(before)
    else:
        _write_back(row, change["fields"], by=by)


def _write_back(row: Any, fields: Mapping[str, Any], *, by: User) -> None:
    written = []
    for name, (before, after) in fields.items():
        if _plain(row, name) != after:
            continue
        field = row._meta.get_field(name.removesuffix("_id"))
        target = field.target_field if field.is_relation else field
        setattr(row, name, None if before is None else target.to_python(before))
        written.append(name)
    if not written:
        return
    if isinstance(row, Consent) and _is_given_anew(row):
        return
    record(row, verb="changed", by=by, fields=written)
    if hasattr(row, "row_version"):
        row.row_version += 1
        written.append("row_version")
    row.save(update_fields=written)


def _is_given_anew(consent: Consent) -> bool:
    """Whether another basis of the same person and purpose holds by now."""
    same = Consent.objects.filter(
        person=consent.person_id, purpose=consent.purpose, withdrawn_at=None
    )
    return consent.withdrawn_at is None and same.exclude(pk=consent.pk).exists()
