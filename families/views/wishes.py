"""The editor of what a family asks or gives."""

from urllib.parse import unquote, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from families.facts import Fact, in_words, label_of
from families.forms.wishes import WishesForm, form_of
from families.models import Household, SupportOffer, SupportRequest, Task
from families.services import wishes
from families.services.households import ChangedMeanwhile, NotPossibleNow
from families.services.siblings import may_merge, may_split
from families.sheet import WishSheet, sheet
from families.views.scope import household_or_404, wish_or_404

# Nobody is asked for their own words, and no message repeats them.
OWN_WORDS = ("kinds_other", "remarks")
# Of so many changes a message also says what stood there.
FEW = 3
# Where a way back may lead: the pages of coordinators.
OWN_PAGES = "/werk/"
DECIDED_ON = (SupportRequest.Stage.PROPOSED, SupportRequest.Stage.PAIRED)


@require_safe
def wish_list(request: HttpRequest, reference: str) -> HttpResponse:
    """What a family asks and gives: limits, wishes, and what nobody asked yet."""
    household = household_or_404(request, reference)
    context = {
        "household": household,
        "wishes": [
            (wish, _by_weight(wish))
            for wish in sheet(household, on=timezone.localdate()).wishes
        ],
    }
    return render(request, "families/wish_list.html", context)


def _by_weight(wish: WishSheet) -> list[tuple[str, str, list[Fact]]]:
    """What is known, by how much it counts: kind of tag, heading and facts."""
    limits = [fact for fact in wish.facts if fact.level == "limit"]
    wishes_ = [fact for fact in wish.facts if fact.level == "wish"]
    rest = [fact for fact in wish.facts if fact.level not in ("limit", "wish")]
    groups = [
        ("limit", _("Limits: these block a match"), limits),
        ("wish", _("Wishes: these count"), wishes_),
        ("", _("What else we know"), rest),
    ]
    return [group for group in groups if group[2]]


@require_http_methods(["GET", "HEAD", "POST"])
def wish_edit(request: HttpRequest, reference: str, wish: str) -> HttpResponse:
    """Change what a family asks or gives; `?veld=` opens at a section.

    `next` says where to go on after that, such as back to the workbench.
    """
    household = household_or_404(request, reference)
    found = wish_or_404(household, wish)
    back = _way_back(request, household)
    form = _form(request, found)
    if form.is_valid():
        try:
            changed = _save(request, found, form)
        except ChangedMeanwhile:
            # Read again: now the form knows what the other one wrote.
            form = _form(request, found)
        except wishes.PlacesTaken as taken:
            form.add_error("places", _why_taken(taken))
        except NotPossibleNow:
            messages.info(request, _("That is not possible in this stage."))
            return redirect(back)
        else:
            _tell(request, form, changed)
            return redirect(back)
    context = {
        "household": household,
        "wish": found,
        "is_request": isinstance(found, SupportRequest),
        "form": form,
        "sections": list(form.sections()),
        "focus": "" if form.errors else _section_asked(request, form),
        "back": back,
        "back_is_family": back == household.get_absolute_url(),
        "may_split": may_split(found),
        "may_merge": may_merge(found),
    }
    status = 422 if form.errors else 200
    return render(request, "families/wish_edit.html", context, status=status)


def _form(request: HttpRequest, found: SupportRequest | SupportOffer) -> WishesForm:
    on = timezone.localdate()
    typed = request.POST if request.method == "POST" else None
    rows = wishes.WishRows.of(found, on=on)
    asked = rows.household.tasks.open().filter(kind=Task.Kind.QUESTION)
    return form_of(found)(
        typed,
        rows=rows,
        sources=found.sources.all(),
        questions=list(asked.order_by("pk")),
        on=on,
    )


def _save(
    request: HttpRequest, found: SupportRequest | SupportOffer, form: WishesForm
) -> list[str]:
    return wishes.change_wishes(
        found,
        form.changes(),
        version=form.current_version,
        source=form.cleaned_data["source"],
        told_on=form.cleaned_data["told_on"],
        on=timezone.localdate(),
        at=timezone.now(),
        by=request.user,
        finished=form.cleaned_data.get("answered", ()),
    )


def _tell(request: HttpRequest, form: WishesForm, changed: list[str]) -> None:
    answered = form.cleaned_data.get("answered")
    if not changed:
        if answered:
            messages.success(request, _("The question is answered."))
        else:
            messages.info(request, _("Nothing changed."))
        return
    labels = [_with_former(form, name, few=len(changed) <= FEW) for name in changed]
    said = (
        _("Saved: %(what)s. The question is answered.")
        if answered
        else _("Saved: %(what)s.")
    )
    messages.success(request, said % {"what": get_text_list(labels, _("and"))})
    if form.rows.wishes.stage in DECIDED_ON:
        messages.warning(
            request,
            _(
                "This request has a proposal or a pairing. Look whether it still fits"
                " what changed."
            ),
        )


def _with_former(form: WishesForm, name: str, *, few: bool) -> str:
    """What changed, and where that is short also what stood there."""
    label = label_of(form.rows, name)
    if not few or name in OWN_WORDS:
        return label
    former = in_words(form.rows, name, form.now[name])
    return _("%(what)s (was: %(former)s)") % {"what": label, "former": former}


def _section_asked(request: HttpRequest, form: WishesForm) -> str:
    asked = request.GET.get("veld", "")
    return asked if any(one.code == asked for one in form.sections()) else ""


def _why_taken(taken: wishes.PlacesTaken) -> str:
    # What holds a place is a pairing, with the family that asked.
    names = [str(one.request.family.household.name) for one in taken.pairings]
    return _(
        "These places are taken by a pairing with: %(names)s. End it first, or free the"
        " place."
    ) % {"names": get_text_list(names, _("and"))}


def _way_back(request: HttpRequest, household: Household) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if is_own_page(asked) else household.get_absolute_url()


def is_own_page(address: str) -> bool:
    """Whether an address is a page of coordinators, however a browser reads it."""
    if not address.startswith(OWN_PAGES):
        return False
    # They read a backslash as a slash, skip tabs and line ends, and know "%2e" for a
    # dot: what is left of that here could lead to another page than it says.
    read = unquote(address)
    if "\\" in read or not read.isprintable():
        return False
    path = unquote(urlsplit(address).path)
    return not {".", ".."} & set(path.split("/")) and is_valid_path(path)
