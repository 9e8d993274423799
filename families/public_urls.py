"""Addresses of what anybody may open, in each of the public languages."""

from django.urls import URLPattern, path, register_converter

from families.forms.steps import INTAKES
from families.views.intake import callback, pages, referral, referrals, resume


class IntakeConverter:
    """Which of the two applications, by the first part of its address."""

    regex = "|".join(INTAKES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(IntakeConverter, "intake")

app_name = "intake"
urlpatterns: list[URLPattern] = [
    path("<intake:kind>/", pages.start, name="start"),
    path("<intake:kind>/stap/<slug:slug>/", pages.step, name="step"),
    path("<intake:kind>/controleren/", pages.check, name="check"),
    path("<intake:kind>/klaar/", pages.done, name="done"),
    path("<intake:kind>/bel-mij/", callback.callback, name="callback"),
    path("<intake:kind>/later/", resume.later, name="later"),
    path("verwijzen/", referral.start, name="refer-start"),
    path("verwijzen/eerst-bespreken/", referral.talk_first, name="refer-talk-first"),
    path("verwijzen/stap/<slug:slug>/", referral.step, name="refer-step"),
    path("verwijzen/controleren/", referral.check, name="refer-check"),
    path("verwijzen/klaar/", referral.done, name="refer-done"),
    path("verwijzen/mijn/", referrals.ask, name="refer-list"),
    path("verwijzen/mijn/verstuurd/", referrals.asked, name="refer-list-asked"),
    path("verwijzen/mijn/<str:token>/", referrals.list_link, name="refer-list-link"),
    path("verder/", resume.resume, name="resume"),
    path("verder/<str:token>/", resume.resume_link, name="resume-link"),
]
