"""Addresses of families."""

from django.urls import URLPattern, URLResolver, include, path

from families.views import (
    asked,
    consents,
    custody,
    doubles,
    household,
    notes,
    own,
    referred,
    screening,
    siblings,
    taken,
    wishes,
    work,
)

app_name = "families"
work_urls: list[URLPattern | URLResolver] = [
    path("gezinnen/", work.family_list, name="family-list"),
    path("gezinnen/nieuw/", taken.application_new, name="application-new"),
    path(
        "gezinnen/nieuw/<slug:side>/", taken.application_take, name="application-take"
    ),
    path("dubbel/<reference:reference>/", doubles.double, name="double"),
    path(
        "dubbel/<reference:reference>/twee/",
        doubles.double_different,
        name="double-different",
    ),
    path("dubbel/<reference:reference>/los/", doubles.double_undo, name="double-undo"),
    path("contact/", work.contact_create, name="contact-create"),
    path(
        "gezinnen/<reference:reference>/",
        include(
            [
                path("aangenomen/", taken.application_taken, name="application-taken"),
                path("contact/", work.contact_note, name="contact-note"),
                path("contact/concept/", work.contact_draft, name="contact-draft"),
                path("geen-gehoor/", work.contact_no_answer, name="contact-no-answer"),
                path("taken/later/", work.task_later, name="task-later"),
                path("taken/terug/", work.task_restore, name="task-restore"),
                path("taken/vandaag/", work.task_today, name="task-today"),
                path("taken/klaar/", work.task_done, name="task-done"),
                path("taken/open/", work.task_reopen, name="task-reopen"),
                path("gegevens/", household.family_facts, name="family-facts"),
                path("wensen/", wishes.wish_list, name="wish-list"),
                path("wens/<reference:wish>/", wishes.wish_edit, name="wish-edit"),
                path(
                    "wens/<reference:wish>/apart/",
                    siblings.wish_split,
                    name="wish-split",
                ),
                path(
                    "wens/<reference:wish>/samen/",
                    siblings.wish_merge,
                    name="wish-merge",
                ),
                path(
                    "wens/<reference:wish>/klaar/",
                    household.wish_ready,
                    name="wish-ready",
                ),
                path(
                    "wens/<reference:wish>/stoppen/",
                    household.wish_close,
                    name="wish-close",
                ),
                path(
                    "wens/<reference:wish>/pauze/",
                    own.wish_pause,
                    name="wish-pause",
                ),
                path("code/", own.login_code, name="login-code"),
                path(
                    "wens/<reference:wish>/fase/",
                    household.wish_stage,
                    name="wish-stage",
                ),
                path(
                    "verwijzing/<reference:referral>/uitnodigen/",
                    referred.referral_invite,
                    name="referral-invite",
                ),
                path(
                    "contact/<uuid:note>/wijzigen/",
                    notes.note_change,
                    name="note-change",
                ),
                path(
                    "contact/<uuid:note>/aanvullen/",
                    notes.note_add,
                    name="note-add",
                ),
                path(
                    "contact/<uuid:note>/terug/",
                    notes.note_take_back,
                    name="note-take-back",
                ),
                path(
                    "contact/<uuid:note>/leegmaken/",
                    notes.note_redact,
                    name="note-redact",
                ),
                path("screening/", screening.screening_overview, name="screening"),
                path(
                    "screening/<reference:person>/vragen/",
                    screening.screening_ask,
                    name="screening-ask",
                ),
                path(
                    "screening/<reference:person>/aangevraagd/",
                    screening.screening_applied,
                    name="screening-applied",
                ),
                path(
                    "screening/<reference:person>/gezien/",
                    screening.screening_shown,
                    name="screening-shown",
                ),
                path(
                    "screening/<reference:person>/geen-vog/",
                    screening.screening_not_given,
                    name="screening-not-given",
                ),
                path(
                    "screening/<reference:person>/terug/",
                    screening.screening_vog_back,
                    name="screening-vog-back",
                ),
                path(
                    "screening/niet-nodig/<slug:check>/",
                    screening.screening_not_needed,
                    name="screening-not-needed",
                ),
                path(
                    "screening/terug/<slug:check>/",
                    screening.screening_back,
                    name="screening-back",
                ),
                path(
                    "screening/klaar/<slug:check>/",
                    screening.screening_done,
                    name="screening-done",
                ),
                path("toestemming/", consents.consent_list, name="consent-list"),
                path(
                    "toestemming/<reference:person>/<slug:purpose>/",
                    consents.consent_give,
                    name="consent-give",
                ),
                path(
                    "toestemming/tekst/<slug:purpose>/<slug:version>/",
                    consents.consent_text,
                    name="consent-text",
                ),
                path("verzoeken/", asked.own_requests, name="own-requests"),
                path(
                    "verzoeken/<reference:asked>/",
                    asked.own_request,
                    name="own-request",
                ),
                path(
                    "wens/<reference:wish>/gezag/",
                    custody.custody_overview,
                    name="custody",
                ),
                path(
                    "wens/<reference:wish>/gezag/<reference:holder>/",
                    custody.custody_holder,
                    name="custody-holder",
                ),
                path(
                    "wens/<reference:wish>/gezag/<reference:holder>/weg/",
                    custody.custody_remove,
                    name="custody-remove",
                ),
                path(
                    "wens/<reference:wish>/kind/<reference:child>/",
                    custody.child_said,
                    name="child-said",
                ),
            ]
        ),
    ),
]
urlpatterns = [path("werk/", include(work_urls))]
