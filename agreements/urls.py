"""Addresses of agreements."""

from django.urls import URLPattern, include, path

from agreements.views import (
    agreements,
    asking,
    baselines,
    editor,
    ending,
    evaluation_link,
    evaluations,
    exceptions,
    families,
    house_rules,
    paper,
    pauses,
    strain,
    timeline,
    versions,
    wanted,
)

app_name = "agreements"

of_pairing = "koppelingen/<reference:reference>/afspraken/"
of_pauses = "koppelingen/<reference:reference>/pauze/"
of_exceptions = "koppelingen/<reference:reference>/anders/"
of_visits = "koppelingen/<reference:reference>/extra/"
rubs = "koppelingen/<reference:reference>/spanning/"
of_evaluations = "koppelingen/<reference:reference>/evaluaties/"
of_evaluation = f"{of_evaluations}<reference:evaluation>/"
work_urls: list[URLPattern] = [
    path("huisregels/", house_rules.house_rules, name="house-rules"),
    path(
        "huisregels/<int:number>/",
        house_rules.house_rules,
        name="house-rules-numbered",
    ),
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
        f"{of_pairing}<int:number>/geen-ja/",
        versions.version_unconfirm,
        name="version-unconfirm",
    ),
    path(
        f"{of_pairing}<int:number>/vragen/",
        asking.version_ask,
        name="version-ask",
    ),
    path(
        f"{of_pairing}<int:number>/link/",
        asking.version_link,
        name="version-link",
    ),
    path(
        f"{of_pairing}<int:number>/terug/",
        asking.version_unask,
        name="version-unask",
    ),
    path(
        f"{of_pairing}<int:number>/herinneren/",
        asking.version_remind,
        name="version-remind",
    ),
    path(
        f"{of_pairing}<int:number>/besproken/",
        wanted.wanted_handled,
        name="wanted-handled",
    ),
    path(
        f"{of_pairing}<int:number>/wil-anders/<str:side>/",
        wanted.wanted_note,
        name="wanted-note",
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
    path(
        f"{of_pairing}<int:number>/afspraken.pdf",
        paper.version_pdf,
        name="version-pdf",
    ),
    path(f"{of_pairing}kalender.ics", paper.appointments, name="appointments"),
    path(
        "koppelingen/<reference:reference>/afronden/",
        ending.pairing_end,
        name="pairing-end",
    ),
    path(f"{of_pairing}op/", timeline.agreement_as_of, name="agreement-as-of"),
    path(
        "koppelingen/<reference:reference>/tijdlijn/",
        timeline.agreement_timeline,
        name="agreement-timeline",
    ),
    path(of_pauses, pauses.pause_list, name="pause-list"),
    path(f"{of_pauses}stopt/", pauses.pause_end, name="pause-end"),
    path(f"{of_pauses}ongedaan/", pauses.pause_undo, name="pause-undo"),
    path(of_exceptions, exceptions.exception_list, name="exception-list"),
    path(f"{of_exceptions}ongedaan/", exceptions.exception_undo, name="exception-undo"),
    path(of_visits, exceptions.visit_list, name="visit-list"),
    path(f"{of_visits}ongedaan/", exceptions.visit_undo, name="visit-undo"),
    path(rubs, strain.strain_detail, name="strain"),
    path(f"{rubs}gesprek/", strain.strain_talk, name="strain-talk"),
    path(f"{rubs}opnieuw/", strain.strain_look_again, name="strain-look-again"),
    path(f"{rubs}uitkomst/", strain.strain_close, name="strain-close"),
    path(of_evaluations, evaluations.evaluation_list, name="evaluation-list"),
    path(of_evaluation, evaluations.evaluation_detail, name="evaluation-detail"),
    path(
        f"{of_evaluation}uitkomst/",
        evaluations.evaluation_close,
        name="evaluation-close",
    ),
    path(
        f"{of_evaluation}heropenen/",
        evaluations.evaluation_reopen,
        name="evaluation-reopen",
    ),
    path(
        f"{of_evaluation}<str:side>/",
        evaluations.evaluation_answers,
        name="evaluation-answers",
    ),
    path(
        f"{of_evaluation}<str:side>/mail/",
        evaluations.evaluation_ask,
        name="evaluation-ask",
    ),
    path(
        f"{of_evaluation}<str:side>/terug/",
        evaluations.evaluation_unask,
        name="evaluation-unask",
    ),
    path(
        f"{of_evaluation}<str:side>/tekst/",
        evaluations.evaluation_text,
        name="evaluation-text",
    ),
    path(
        "gezinnen/<reference:reference>/begin/",
        baselines.baseline,
        name="baseline",
    ),
]
urlpatterns = [
    path("werk/", include(work_urls)),
    path("afspraken/<str:token>/", families.answer, name="answer"),
    path(
        "evaluatie/<str:token>/",
        evaluation_link.evaluation_link,
        name="evaluation-link",
    ),
]
