"""Who brings and who fetches, as sentences."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.core.timeline import Terms
from agreements.models import AgreementItem
from agreements.wording.names import Family, Names

Where = AgreementItem.Where
Who = AgreementItem.Who


def drives(terms: Terms, names: Names) -> list[str]:
    """Who brings and who fetches; one sentence where both are the same."""
    if terms.brings and terms.brings == terms.fetches:
        return [_brings_and_fetches(terms, names)]
    return [_brings(terms, names), _fetches(terms, names)]


def who_drives(who: str, names: Names) -> str:
    """Who brings or fetches, on its own; "" where that was not agreed on."""
    if not who:
        return ""
    family = _family(who, names)
    return family.name if family else str(Who(who).label)


def _family(who: str, names: Names) -> Family | None:
    return {Who.REQUEST_FAMILY: names.request, Who.SUPPORT_FAMILY: names.support}.get(
        Who(who)
    )


def _brings(terms: Terms, names: Names) -> str:
    if not terms.brings:
        return ""
    family, n_children = _family(terms.brings, names), len(terms.children)
    if family and family.reads:
        return _("You bring.")
    if family:
        text = ngettext("%(family)s brings.", "%(family)s bring.", family.n_people)
        return capfirst(text % {"family": family.name})
    if terms.brings == Who.CHILD:
        text = ngettext(
            "%(children)s comes alone.", "%(children)s come alone.", n_children
        )
        return capfirst(text % {"children": names.children_of(terms)})
    return _("Somebody else brings.")


def _fetches(terms: Terms, names: Names) -> str:
    if not terms.fetches:
        return ""
    family, n_children = _family(terms.fetches, names), len(terms.children)
    # Who fetches from their own home brings the child back.
    back = (terms.fetches, terms.where) == (Who.SUPPORT_FAMILY, Where.SUPPORT_FAMILY)
    if family and family.reads:
        return _("You bring back.") if back else _("You fetch.")
    if family:
        text = (
            ngettext(
                "%(family)s brings back.", "%(family)s bring back.", family.n_people
            )
            if back
            else ngettext("%(family)s fetches.", "%(family)s fetch.", family.n_people)
        )
        return capfirst(text % {"family": family.name})
    if terms.fetches == Who.CHILD:
        text = ngettext(
            "%(children)s goes home alone.", "%(children)s go home alone.", n_children
        )
        return capfirst(text % {"children": names.children_of(terms)})
    return _("Somebody else fetches.")


def _brings_and_fetches(terms: Terms, names: Names) -> str:
    family, n_children = _family(terms.brings, names), len(terms.children)
    if family and family.reads:
        return _("You bring and fetch.")
    if family:
        text = ngettext(
            "%(family)s brings and fetches.",
            "%(family)s bring and fetch.",
            family.n_people,
        )
        return capfirst(text % {"family": family.name})
    if terms.brings == Who.CHILD:
        text = ngettext(
            "%(children)s comes and goes alone.",
            "%(children)s come and go alone.",
            n_children,
        )
        return capfirst(text % {"children": names.children_of(terms)})
    return _("Somebody else brings and fetches.")
