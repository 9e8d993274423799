"""Addresses of agreements."""

from django.urls import path

from agreements.views import work

app_name = "agreements"

of_pairing = "koppelingen/<reference:reference>/afspraken/"
urlpatterns = [
    path(of_pairing, work.agreement_detail, name="agreement-detail"),
    path(f"{of_pairing}nieuw/", work.agreement_change, name="agreement-change"),
    path(f"{of_pairing}stoppen/", work.agreement_stop, name="agreement-stop"),
    path(f"{of_pairing}<int:number>/", work.version_detail, name="version-detail"),
    path(
        f"{of_pairing}<int:number>/verbeteren/",
        work.version_correct,
        name="version-correct",
    ),
    path(
        f"{of_pairing}<int:number>/bevestigen/",
        work.version_confirm,
        name="version-confirm",
    ),
    path(
        f"{of_pairing}<int:number>/wegleggen/",
        work.version_discard,
        name="version-discard",
    ),
    path(f"{of_pairing}<int:number>/afdruk/", work.version_print, name="version-print"),
]
