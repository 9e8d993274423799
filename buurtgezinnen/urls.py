"""Every address of the site."""

from django.urls import include, path, register_converter

from buurtgezinnen.views import family, home, more, start, today
from families.references import ReferenceConverter

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", home.home, name="home"),
    path("start/", start.start, name="start"),
    path("werk/", today.today, name="today"),
    path("werk/meer/", more.more, name="more"),
    path("werk/meer/thema/", more.theme, name="theme"),
    path(
        "werk/gezinnen/<reference:reference>/",
        family.family_detail,
        name="family-detail",
    ),
    path(
        "werk/gezinnen/<reference:reference>/verloop/",
        family.family_course,
        name="family-course",
    ),
    path("", include("families.urls")),
    path("werk/", include("matching.urls")),
    path("werk/", include("agreements.urls")),
    path("accounts/", include("allauth.urls")),
]
