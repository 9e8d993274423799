"""Addresses of agreements."""

from django.urls import URLPattern, include, path

from agreements.views import agreements, editor, strain, versions

app_name = "agreements"

of_pairing = "koppelingen/<reference:reference>/afspraken/"
rubs = "koppelingen/<reference:reference>/spanning/"
work_urls: list[URLPattern] = [
    path(of_pairing, agreements.agreement_detail, name="agreement-detail"),
    path(f"{of_pairing}nieuw/", editor.agreement_change, name="agreement-change"),
    path(f"{of_pairing}stoppen/", agreements.agreement_stop, name="agreement-stop"),
    path(f"{of_pairing}<int:number>/", versions.version_detail, name="version-detail"),
    path(
        f"{of_pairing}<int:number>/verbeteren/",
        editor.version_correct,
        name="version-correct",
    ),
    path(
        f"{of_pairing}<int:number>/bevestigen/",
        versions.version_confirm,
        name="version-confirm",
    ),
    path(
        f"{of_pairing}<int:number>/wegleggen/",
        versions.version_discard,
        name="version-discard",
    ),
    path(
        f"{of_pairing}<int:number>/afdruk/",
        versions.version_print,
        name="version-print",
    ),
    path(rubs, strain.strain_detail, name="strain"),
    path(f"{rubs}gesprek/", strain.strain_talk, name="strain-talk"),
    path(f"{rubs}opnieuw/", strain.strain_look_again, name="strain-look-again"),
    path(f"{rubs}uitkomst/", strain.strain_close, name="strain-close"),
]
urlpatterns = [
    path("werk/", include(work_urls)),
]
