"""Addresses of matching."""

from django.urls import URLPattern, include, path

from matching.views import (
    answers,
    asking,
    bench,
    compare,
    lessons,
    offers,
    pairings,
    plan,
    proposals,
    questions,
    recruitment,
)

app_name = "matching"
work_urls: list[URLPattern] = [
    path("matchen/", bench.request_list, name="request-list"),
    path("matchen/oproep/", recruitment.recruitment, name="recruitment"),
    path("matchen/plan/", plan.plan, name="plan"),
    path("matchen/plan/klaarzetten/", plan.plan_ready, name="plan-ready"),
    path("matchen/<reference:reference>/", bench.bench, name="bench"),
    path(
        "matchen/<reference:reference>/veranderd/",
        bench.bench_changed,
        name="bench-changed",
    ),
    path(
        "matchen/<reference:reference>/vergelijken/",
        compare.compare,
        name="compare",
    ),
    path(
        "matchen/<reference:reference>/vraag/",
        questions.question_ask,
        name="question-ask",
    ),
    path(
        "matchen/<reference:reference>/vraag-terug/",
        questions.question_drop,
        name="question-drop",
    ),
    path(
        "matchen/<reference:reference>/later/",
        bench.request_later,
        name="request-later",
    ),
    path(
        "matchen/<reference:reference>/niet-geschikt/<reference:offer>/",
        bench.offer_exclude,
        name="offer-exclude",
    ),
    path(
        "matchen/<reference:reference>/toch-geschikt/<reference:offer>/",
        bench.exclusion_lift,
        name="exclusion-lift",
    ),
    path(
        "matchen/<reference:reference>/voorstel/<reference:offer>/",
        proposals.proposal_create,
        name="proposal-create",
    ),
    path(
        "voorstellen/<reference:reference>/",
        proposals.proposal_detail,
        name="proposal-detail",
    ),
    path(
        "voorstellen/<reference:reference>/intrekken/",
        proposals.proposal_withdraw,
        name="proposal-withdraw",
    ),
    path(
        "voorstellen/<reference:reference>/vragen/",
        asking.proposal_ask,
        name="proposal-ask",
    ),
    path(
        "voorstellen/<reference:reference>/tekst/",
        asking.proposal_text,
        name="proposal-text",
    ),
    path(
        "voorstellen/<reference:reference>/ongedaan/",
        asking.proposal_undo,
        name="proposal-undo",
    ),
    path(
        "voorstellen/<reference:reference>/leren/",
        lessons.lesson_decide,
        name="lesson-decide",
    ),
    path(
        "voorstellen/<reference:reference>/leren-terug/",
        lessons.lesson_undo,
        name="lesson-undo",
    ),
    path(
        "voorstellen/<reference:reference>/start/",
        proposals.pairing_start,
        name="pairing-start",
    ),
    path("steun/<reference:reference>/stoppen/", offers.offer_end, name="offer-end"),
    path("koppelingen/", pairings.pairing_list, name="pairing-list"),
    path(
        "koppelingen/<reference:reference>/",
        pairings.pairing_detail,
        name="pairing-detail",
    ),
    path(
        "koppelingen/<reference:reference>/stap/",
        pairings.pairing_step,
        name="pairing-step",
    ),
    path(
        "koppelingen/<reference:reference>/stap-terug/",
        pairings.pairing_step_back,
        name="pairing-step-back",
    ),
    path(
        "koppelingen/<reference:reference>/kind/",
        pairings.pairing_child,
        name="pairing-child",
    ),
    path(
        "koppelingen/<reference:reference>/plek-vrij/",
        pairings.place_free,
        name="place-free",
    ),
]
urlpatterns = [
    path("antwoord/<str:token>/", answers.answer, name="answer"),
    path("werk/", include(work_urls)),
]
