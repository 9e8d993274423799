"""What a coordinator needs now and then: account, look, leaving."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

THEMES = ("licht", "donker")
A_YEAR = 365 * 24 * 3600


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """Everything that does not stand in the menu."""
    coordinator = getattr(request.user, "coordinator", None)
    municipalities = request.user.municipalities().order_by("name")
    context = {
        "coordinator": coordinator,
        "municipalities": municipalities,
        "theme": request.COOKIES.get("thema", ""),
    }
    return render(request, "more.html", context)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark, or what the device says, on this device."""
    chosen = request.POST.get("thema", "")
    response = redirect("more")
    if chosen in THEMES:
        response.set_cookie(
            "thema",
            chosen,
            max_age=A_YEAR,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    elif chosen == "":
        response.delete_cookie("thema")
    else:
        raise Http404
    return response
