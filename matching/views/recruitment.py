"""The call for support families: made, changed, copied, downloaded, printed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching.forms.recruitment import CallForm
from matching.recruitment import Length, Missing, what_is_missing

LENGTH, PLACE, HOW, ON_PAPER = "voor", "plaats", "als", "papier"
ROWS = {Length.PAPER: 22, Length.SCHOOL: 12}


@require_http_methods(["GET", "HEAD", "POST"])
def recruitment(request: HttpRequest) -> HttpResponse:
    """The text of a call; what is sent comes back as a file or on paper.

    Nothing is kept: it is a text for others.
    """
    places = what_is_missing(request.user, on=timezone.localdate())
    place = _chosen(request.GET.get(PLACE, ""), places)
    wanted = request.GET.get(LENGTH)
    length = Length.SCHOOL if wanted == Length.SCHOOL else Length.PAPER
    form = CallForm(
        request.POST if request.method == "POST" else None,
        rows=ROWS[length],
        initial={"text": place.call(length) if place else ""},
    )
    if form.is_valid():
        text = form.cleaned_data["text"]
        if request.POST.get(HOW) == ON_PAPER:
            return render(request, "matching/recruitment_print.html", {"text": text})
        return _file(text)
    context = {
        "form": form,
        "places": places,
        "place": place,
        "place_number": places.index(place) if place else 0,
        "length": length,
        "has_text": bool(place) or bool(form.errors),
    }
    status = 422 if form.errors else 200
    return render(request, "matching/recruitment.html", context, status=status)


def _chosen(asked: str, places: list[Missing]) -> Missing | None:
    """The place asked for by its number, else the one where most families wait."""
    number = int(asked) if asked.isdecimal() and asked.isascii() else 0
    if number < len(places):
        return places[number]
    return places[0] if places else None


def _file(text: str) -> HttpResponse:
    lines = text.splitlines()
    response = HttpResponse(
        "\r\n".join([*lines, ""]), content_type="text/plain; charset=utf-8"
    )
    name = _("call-for-support-families")
    response["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    return response
