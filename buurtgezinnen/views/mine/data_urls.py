"""Addresses of a family's own data."""

from django.urls import path

from buurtgezinnen.views.mine import consent, data

data_urls = [
    path("mijn/gegevens/", data.mine_data, name="mine-data"),
    path("mijn/gegevens/alles/", data.mine_data_all, name="mine-data-all"),
    path(
        "mijn/gegevens/mijn-gegevens.json",
        data.mine_data_download,
        name="mine-data-download",
    ),
    path("mijn/gegevens/klopt-niet/", data.mine_data_correct, name="mine-data-correct"),
    path("mijn/gegevens/wissen/", data.mine_data_erase, name="mine-data-erase"),
    path("mijn/gegevens/toestemming/", consent.mine_consent, name="mine-consent"),
    path(
        "mijn/gegevens/toestemming/<slug:slug>/",
        consent.mine_consent_withdraw,
        name="mine-consent-withdraw",
    ),
]
