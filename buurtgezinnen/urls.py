"""Every address of the site."""

from django.urls import include, path, register_converter

from families.references import ReferenceConverter

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", include("families.urls")),
    path("werk/", include("matching.urls")),
    path("werk/", include("agreements.urls")),
    path("accounts/", include("allauth.urls")),
]
