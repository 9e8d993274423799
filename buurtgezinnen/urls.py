"""Every address of the site."""

from django.urls import include, path, register_converter

from buurtgezinnen.views import home
from families.references import ReferenceConverter

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("families.urls")),
    path("werk/", include("matching.urls")),
    path("werk/", include("agreements.urls")),
    path("accounts/", include("allauth.urls")),
]
