"""The style page: each component in each of its states, for who builds pages."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from families import moments
from families.forms.base import HouseForm
from families.forms.fields import (
    AgeField,
    CleanTextField,
    ForgivingDateField,
    KindsField,
    MomentsField,
    PostcodeField,
    TelephoneField,
)
from families.vocabulary import Frequency

TODAY = dt.date(2026, 11, 23)
REQUEST_MOMENTS = (
    moments.both_weeks(2, moments.Part.AFTERNOON)
    | moments.both_weeks(3, moments.Part.AFTERNOON)
    | moments.both_weeks(5, moments.Part.MORNING)
)
SUPPORT_MOMENTS = (
    moments.both_weeks(2, moments.Part.AFTERNOON)
    | moments.both_weeks(1, moments.Part.EVENING)
    | moments.both_weeks(5, moments.Part.MORNING)
    | moments.SCHOOL_HOLIDAYS
)
EVEN_WEEKENDS = moments.WEEKEND & moments.EVEN_WEEKS


class ExampleForm(HouseForm, forms.Form):
    """Each kind of field once."""

    name = CleanTextField(label=_("Your name"), max_length=40)
    postcode = PostcodeField(
        label=_("What is your postcode?"), help_text=_("For example 1431 AB")
    )
    telephone = TelephoneField(label=_("Telephone number"))
    age = AgeField(label=_("Age"))
    starts_on = ForgivingDateField(
        label=_("From which day does this hold?"),
        help_text=_("For example 1-12-2026, 1 dec or today"),
        today=TODAY,
    )
    frequency = forms.ChoiceField(
        label=_("How often would support be nice?"),
        choices=Frequency.choices,
        widget=forms.RadioSelect,
    )
    kinds = KindsField(
        label=_("What would help you?"), unknown_label=_("I do not know that yet")
    )
    region = forms.ChoiceField(
        label=_("Where"),
        choices=[("", "–"), ("a", "Aalsmeer"), ("k", "Kudelstaart")],
        required=False,
    )
    moments = MomentsField(
        label=_("When would support help?"),
        help_text=_("Choose all moments that are good."),
    )
    nights = MomentsField(
        label=_("Which nights?"), night=True, parity=True, required=False
    )
    story = CleanTextField(
        label=_("What else should we know?"),
        multiline=True,
        max_length=60,
        required=False,
    )
    may_leave_message = forms.BooleanField(
        label=_("You may leave a message"),
        help_text=_("Somebody else may listen or read along."),
    )


FILLED = {
    "name": "Noor",
    "postcode": "1431AB",
    "telephone": "+31612345678",
    "age": 6,
    "starts_on": dt.date(2026, 12, 1),
    "frequency": Frequency.WEEKLY,
    "kinds": 0b1001,
    "moments": REQUEST_MOMENTS,
    "nights": EVEN_WEEKENDS,
}
WRONG = {
    "postcode": "14AB",
    "telephone": "0612",
    "age": "zes",
    "starts_on": "31-2-2027",
    "story": "Wij zoeken iemand die op woensdag met Noor naar zwemles gaat en terug.",
}
TASKS = [
    {
        "id": "task-1",
        "title": "Bel: gezin A. (Kudelstaart)",
        "tags": [("request", ""), ("bad", "Te laat")],
        "why": "5 werkdagen beloofd, dit is dag 6",
        "url": "#task-1",
        "action": "Noteer gesprek",
        "later_url": "#later",
    },
    {
        "id": "task-2",
        "title": "Beslis: gezin B. zoekt een match",
        "tags": [("request", ""), ("info", "Nieuw")],
        "why": "3 voorstellen, 1 sterk: gezin W., 1,2 km",
        "url": "#task-2",
        "action": "Bekijk voorstellen",
        "later_url": "#later",
    },
    {
        "id": "task-3",
        "title": "VOG: gezin W.",
        "tags": [("support", ""), ("warn", "Deze maand")],
        "why": "Gezien op 10 december 2023",
        "url": "#task-3",
        "action": "Vraag nieuwe VOG",
        "later_url": "#later",
    },
]
REASONS = [
    ("met", "Woensdagmiddag kan bij beide"),
    ("met", "Wil brengen naar zwemles"),
    ("partly", "Logeren: pas na de proefperiode"),
    ("not", "Heeft een hond. Sem is bang voor honden"),
    ("unknown", "Vervoer: nog niet gevraagd"),
]
TIMELINE = [
    {
        "kind": "note",
        "what": "Bezoek",
        "on": dt.date(2026, 11, 20),
        "by": "Ilse",
        "text": "Noor wil graag voetballen. Ze vond het fijn dat we buiten praatten.",
    },
    {"kind": "event", "what": "Klaar om te matchen", "on": dt.date(2026, 11, 12)},
    {
        "kind": "note",
        "what": "Telefoon",
        "on": dt.date(2026, 11, 3),
        "by": "Ilse",
        "text": "Geen gehoor. Morgen nog eens bellen.",
    },
]
FACTS = [
    {"term": "Postcode", "value": "1431 AB", "url": "#postcode", "change": "postcode"},
    {"term": "Wat zou jullie helpen?", "value": "", "url": "#wat", "change": "hulp"},
]


@require_safe
@login_not_required
def style(request: HttpRequest) -> HttpResponse:
    """All components on one page, on a developer's machine only."""
    if not settings.DEBUG:
        raise Http404
    wrong = ExampleForm(WRONG, auto_id="wrong_%s")
    context: dict[str, Any] = {
        "filled": ExampleForm(initial=FILLED, auto_id="filled_%s"),
        "wrong": wrong,
        "request_moments": REQUEST_MOMENTS,
        "support_moments": SUPPORT_MOMENTS,
        "even_weekends": EVEN_WEEKENDS,
        "tasks": TASKS,
        "reasons": REASONS,
        "timeline": TIMELINE,
        "facts": FACTS,
        "today": TODAY,
        "page": Paginator(range(200), 20).get_page(request.GET.get("pagina", 4)),
    }
    return render(request, "style.html", context)
