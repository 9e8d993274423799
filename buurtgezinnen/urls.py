"""Every address of the site."""

from allauth.account import views as account
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path, register_converter

from buurtgezinnen.admin import municipality, organisation
from buurtgezinnen.views import (
    about,
    admin,
    agenda,
    calendars,
    consents,
    errors,
    export,
    fairness,
    family,
    health,
    help,
    home,
    imports,
    more,
    privacy,
    report,
    search,
    start,
    today,
)
from buurtgezinnen.views.mine import actions, entry, link, overview
from buurtgezinnen.views.mine.data_urls import data_urls
from families.references import ReferenceConverter
from families.views.intake import safety

register_converter(ReferenceConverter, "reference")

# Of allauth only what is used here. Its code names four pages more, for people who
# sign up or change their address by themselves; here the office does that.
account_urls = [
    path("", account.login, name="account_login"),
    path("uit/", account.logout, name="account_logout"),
    path("inactief/", account.account_inactive, name="account_inactive"),
    path("opnieuw/", account.reauthenticate, name="account_reauthenticate"),
    path("wachtwoord/", account.password_change, name="account_change_password"),
    path("wachtwoord/vergeten/", account.password_reset, name="account_reset_password"),
    path(
        "wachtwoord/verstuurd/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^wachtwoord/nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "wachtwoord/klaar/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("tweede-stap/", include("allauth.mfa.urls")),
    path("aanmelden/", errors.not_here, name="account_signup"),
    path("adres/", errors.not_here, name="account_email"),
    path("adres/check/", errors.not_here, name="account_email_verification_sent"),
    path("wachtwoord/eerste/", errors.not_here, name="account_set_password"),
]

# In each public language: Dutch as it is, the others behind /en/, /ar/ and so on.
public_urls = [
    path("", home.home, name="home"),
    path("", include("families.public_urls")),
    path("weg/", safety.leave, name="exit"),
    path("veilig/", safety.safety, name="safety"),
    path("privacy/", about.privacy, name="privacy"),
    path("toegankelijkheid/", about.accessibility, name="accessibility"),
    path("contact/", about.contact, name="contact"),
    path("mijn/", entry.mine_login, name="mine-login"),
    path("mijn/code/", entry.mine_code, name="mine-code"),
    path("mijn/uit/", entry.mine_leave, name="mine-leave"),
    path("mijn/link/<str:token>/", link.mine_link, name="mine-link"),
    path("mijn/overzicht/", overview.mine_home, name="mine-home"),
    path("mijn/afspraken/", overview.mine_agreements, name="mine-agreements"),
    path("mijn/open/", overview.mine_open, name="mine-open"),
    path("mijn/bel-mij/", actions.mine_call, name="mine-call"),
    path("mijn/bereikbaar/", actions.mine_reach, name="mine-reach"),
    path("mijn/geen-steun/", actions.mine_rest, name="mine-rest"),
    *data_urls,
    path("mijn/terug/<reference:own_request>/", actions.mine_undo, name="mine-undo"),
]

urlpatterns = [
    *i18n_patterns(*public_urls, prefix_default_language=False),
    path("livez", health.livez, name="livez"),
    path("healthz", health.healthz, name="healthz"),
    path("start/", start.start, name="start"),
    path("werk/", today.today, name="today"),
    path("werk/zoeken/", search.search, name="search"),
    path("werk/meer/", more.more, name="more"),
    path("werk/meer/thema/", more.theme, name="theme"),
    path("werk/privacy/", privacy.privacy_switch, name="privacy-switch"),
    path("werk/meer/toetsen/", help.switch_keys, name="keys-switch"),
    path("werk/hulp/", help.first_day, name="help"),
    path("werk/hulp/woorden/", help.words, name="help-words"),
    path("werk/hulp/toetsen/", help.keys, name="help-keys"),
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
    path(
        "werk/gezinnen/<reference:reference>/alles/",
        export.family_export,
        name="family-export",
    ),
    path(
        "werk/gezinnen/<reference:reference>/toestemming/<reference:person>/"
        "<slug:purpose>/terug/",
        consents.consent_withdraw,
        name="consent-withdraw",
    ),
    path("werk/agenda/", agenda.agenda, name="agenda"),
    path("werk/agenda.ics", calendars.feed, name="calendar-feed"),
    path("werk/meer/agenda/", calendars.calendar_settings, name="calendar-settings"),
    path("werk/agenda/nieuw/", agenda.appointment_create, name="appointment-create"),
    path("werk/agenda/<reference:reference>/", agenda.appointment, name="appointment"),
    path(
        "werk/agenda/<reference:reference>/af/",
        agenda.appointment_cancel,
        name="appointment-cancel",
    ),
    path(
        "werk/agenda/<reference:reference>/terug/",
        agenda.appointment_restore,
        name="appointment-restore",
    ),
    path("werk/matchen/eerlijk/", fairness.fairness, name="fairness"),
    path(
        "werk/matchen/eerlijk/tabel.csv", fairness.fairness_file, name="fairness-file"
    ),
    path("werk/rapport/", report.report, name="report"),
    path("werk/rapport/tabel.csv", report.report_file, name="report-file"),
    path("werk/rapport/jaareinde/", report.year_end, name="year-end"),
    path(
        "werk/rapport/jaareinde/<slug:check>/",
        report.year_end_list,
        name="year-end-list",
    ),
    path("werk/rapport/<slug:figure>/", report.report_list, name="report-list"),
    path("werk/invoeren/", imports.import_new, name="import-new"),
    path(
        "werk/invoeren/voorbeeld.<slug:kind>",
        imports.import_template,
        name="import-template",
    ),
    path("werk/invoeren/<reference:reference>/", imports.import_run, name="import-run"),
    path(
        "werk/invoeren/<reference:reference>/kolommen/",
        imports.import_columns,
        name="import-columns",
    ),
    path(
        "werk/invoeren/<reference:reference>/start/",
        imports.import_start,
        name="import-start",
    ),
    path(
        "werk/invoeren/<reference:reference>/fout.<slug:kind>",
        imports.import_wrong,
        name="import-wrong",
    ),
    path("", include("families.urls")),
    path("", include("matching.urls")),
    path("", include("agreements.urls")),
    path("inloggen/", include(account_urls)),
    path("gemeente/", municipality.site.urls),
    path("beheer/", organisation.site.urls),
    path("admin/", admin.own_admin, name="own-admin"),
]
