"""One item of an agreement: as a heading, and as short whole sentences."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.core.timeline import Terms
from agreements.models import AgreementItem
from agreements.wording.drives import drives
from agreements.wording.kinds import KINDS, PLACES, SENTENCES, WITH_A_PLACE
from agreements.wording.names import Names
from agreements.wording.rhythms import first_week, when
from families.vocabulary import SupportKind

Where = AgreementItem.Where


def title(terms: Terms, names: Names) -> str:
    """The item as a heading: what, and for whom."""
    kind = KINDS[SupportKind(terms.kind)]
    if not terms.children:
        return str(kind)
    return _("%(kind)s (%(children)s)") % {
        "kind": kind,
        "children": names.children_of(terms),
    }


def sentences(terms: Terms, names: Names) -> str:
    """What one item says, in short whole sentences. Its note is not among them."""
    said = [
        _main_sentence(terms, names),
        first_week(terms),
        _place(terms, names),
        *drives(terms, names),
        _holidays(terms),
    ]
    return " ".join(one for one in said if one)


def _main_sentence(terms: Terms, names: Names) -> str:
    kind = SupportKind(terms.kind)
    pattern = SENTENCES.get((kind, terms.where)) or SENTENCES[kind, ""]
    return capfirst(
        pattern
        % {
            "n": len(terms.children),
            "when": when(terms),
            "children": names.children_of(terms),
            "support": names.support.name,
            "request": names.request.name,
        }
    )


def _place(terms: Terms, names: Names) -> str:
    if terms.kind not in WITH_A_PLACE or terms.where not in PLACES:
        return ""
    families = {"support": names.support.name, "request": names.request.name}
    return PLACES[Where(terms.where)] % families


def _holidays(terms: Terms) -> str:
    if terms.holidays == AgreementItem.Holidays.GOES_ON:
        return _("Also in the school holidays.")
    return _("Not in the school holidays.")
