"""The form of wishes by itself: nothing is written that nobody changed."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from families import moments
from families.forms.wishes import WishesForm, form_of
from families.models import (
    Household,
    Person,
    RequestFamily,
    SupportFamily,
    SupportOffer,
    SupportRequest,
)
from families.services.sources import HOME_FACTS
from families.services.wishes import DERIVED, WishRows
from families.tests.browser_form import sent_unchanged
from families.vocabulary import Demand, Frequency, Language, SupportKind, mask_of

MONDAY = dt.date(2026, 11, 23)
FEW = settings(max_examples=25)
OTHER = mask_of([SupportKind.OTHER])

demand = st.sampled_from(Demand.values)
known = st.sampled_from([True, False, None])
language = st.sampled_from([0, *(1 << one for one in Language)])
both = {
    "kinds": st.integers(0, 2**10 - 1),
    "kinds_other": st.sampled_from(["", "Fietsen leren"]),
    "frequency": st.sampled_from(["", *Frequency.values]),
    "moments": st.none() | st.integers(1, moments.ALL_MOMENTS),
    **{f"no_{fact}": demand for fact in HOME_FACTS},
    "max_distance_km": st.none()
    | st.integers(5, 1000).map(lambda tenths: Decimal(tenths) / 10),
    "language_demand": demand,
    "duration_months": st.none() | st.integers(1, 240),
    "remarks": st.sampled_from(["", "Rustig.\nZachte stemmen.", "<b>&amp;</b>"]),
}
home = dict.fromkeys(HOME_FACTS, known)
speaks = st.integers(0, 2**57 - 1)


@st.composite
def asked(draw):
    wishes = SupportRequest(
        pk=1,
        family=RequestFamily(pk=1),
        waiting_since=MONDAY,
        children_at_home=draw(demand),
        preferred_language=draw(language),
        custody=draw(st.sampled_from(SupportRequest.Custody.values)),
        **{name: draw(values) for name, values in both.items()},
    )
    children = [Person(pk=pk, name=f"Kind{pk}", reference=f"K{pk}") for pk in (7, 8, 9)]
    chosen = draw(st.lists(st.sampled_from([7, 8, 9]), min_size=1, unique=True))
    return rows(draw, wishes, children=children, chosen=tuple(sorted(chosen)))


@st.composite
def given_support(draw):
    pause = draw(st.sampled_from([False, True, dt.date(2027, 1, 8)]))
    wishes = SupportOffer(
        pk=1,
        family=SupportFamily(pk=1, has_children=draw(known)),
        waiting_since=MONDAY,
        stage="paused" if pause else "available",
        paused_until=pause if isinstance(pause, dt.date) else None,
        ages=draw(st.integers(0, 2**18 - 1)),
        children_at_once=draw(st.none() | st.integers(1, 6)),
        only_when_both_home=draw(known),
        **{name: draw(values) for name, values in both.items()},
    )
    return rows(draw, wishes, n_places=draw(st.integers(1, 3)))


def rows(
    draw: Any,
    wishes: SupportRequest | SupportOffer,
    children: Any = (),
    chosen: tuple[int, ...] = (),
    n_places: int = 0,
) -> WishRows:
    return WishRows(
        wishes=wishes,
        household=Household(pk=1, **{name: draw(one) for name, one in home.items()}),
        adults=[
            Person(pk=3, name="Amira", reference="AMRA", languages=draw(speaks)),
            Person(pk=4, reference="XXXX", languages=draw(speaks)),
        ],
        children=list(children),
        chosen=chosen,
        n_places=n_places,
    )


def form(rows: WishRows, sent: Any = None) -> WishesForm:
    return form_of(rows.wishes)(sent, rows=rows, on=MONDAY)


def changes(rows: WishRows, sent: Any) -> dict[str, Any]:
    told = form(rows, sent)
    assert told.errors == {}
    return told.changes()


def check_each_field(before: WishRows, after: WishRows) -> None:
    """Each field by itself becomes what it is on the other page, and no other does."""
    untouched = sent_unchanged(form(before))
    wanted = sent_unchanged(form(after))
    for name, value in after.values.items():
        sent = untouched.copy()
        for key in {name, "pause_until"} if name == "pause" else {name}:
            sent.setlist(key, wanted.getlist(key))
        stays = name in DERIVED or value == before.values[name]
        expected = {} if stays else {name: value}
        ticked = before.values["kinds"] | OTHER
        if name == "kinds_other" and expected and value:
            # Words about something else tick that box.
            expected |= {"kinds": ticked} if ticked != before.values["kinds"] else {}
        assert (name, changes(before, sent)) == (name, expected)


@FEW
@given(asked())
def test_a_request_sent_as_it_came_changes_nothing(rows):
    assert changes(rows, sent_unchanged(form(rows))) == {}


@FEW
@given(given_support())
def test_an_offer_sent_as_it_came_changes_nothing(rows):
    assert changes(rows, sent_unchanged(form(rows))) == {}


@settings(max_examples=5)
@given(asked(), asked())
def test_each_field_of_a_request_becomes_what_was_filled_in(before, after):
    check_each_field(before, after)


@settings(max_examples=5)
@given(given_support(), given_support())
def test_each_field_of_an_offer_becomes_what_was_filled_in(before, after):
    check_each_field(before, after)
