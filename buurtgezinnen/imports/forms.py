"""Forms to send a file and to say what its columns mean."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from buurtgezinnen.imports.columns import COLUMNS
from buurtgezinnen.imports.reading import NotReadable, Table, read_table
from buurtgezinnen.imports.runs import chosen_of, headers_of
from families.forms.base import HouseForm
from families.models import ImportRun

NOTHING = ""


class FileForm(HouseForm, forms.Form):
    """One file with families."""

    file = forms.FileField(
        label=_("Your file"),
        help_text=_("Excel (.xlsx) or CSV, up to 10 MB and 20,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": _("Choose a file. Files of more than 10 MB are not read."),
            "empty": _("This file is empty. Choose another one."),
        },
    )

    def clean_file(self) -> Table:
        """What stands in it."""
        try:
            return read_table(self.cleaned_data["file"].read())
        except NotReadable as error:
            raise ValidationError(str(error), code="unreadable") from error


class ColumnsForm(HouseForm, forms.Form):
    """For each thing that we know: which column of her file says it."""

    mark_optional = False

    def __init__(self, *args: Any, run: ImportRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headers, chosen = headers_of(run), chosen_of(run)
        options = [
            (str(number), heading or _("column %(n)s") % {"n": number + 1})
            for number, heading in enumerate(headers)
        ]
        for column in COLUMNS:
            self.fields[column.key] = forms.ChoiceField(
                label=column.label,
                help_text=column.hint,
                choices=[(NOTHING, _("not in my file")), *options],
                required=column.needed,
                initial=str(chosen.get(column.key, NOTHING)),
                error_messages={
                    "required": _("Choose the column with this. Each row needs it."),
                    "invalid_choice": _("Choose one of the columns of your file."),
                },
            )

    def clean(self) -> dict[str, Any]:
        """Each column of the file means one thing."""
        cleaned = super().clean() or self.cleaned_data
        first: dict[str, str] = {}
        for key, number in list(cleaned.items()):
            if number and first.setdefault(number, key) != key:
                self.add_error(
                    key, _("You chose this column twice. Choose another one here.")
                )
        return cleaned

    def chosen(self) -> dict[str, int]:
        """The number of each column, by key."""
        return {key: int(at) for key, at in self.cleaned_data.items() if at != NOTHING}
