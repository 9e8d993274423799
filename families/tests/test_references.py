"""Codes by which people and pages name a family."""

import re

import pytest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from families.references import (
    DRAWN,
    ReferenceConverter,
    as_stored,
    in_groups,
    new_reference,
)

# Drawn before 0 and 1 were left out.
OLD = "10ABCDEFGH"


def test_new_codes_have_nothing_that_is_read_as_something_else():
    codes = [new_reference() for _number in range(300)]

    assert set("".join(codes)) == set("23456789ABCDEFGHJKMNPQRSTVWXYZ") == set(DRAWN)
    assert {len(code) for code in codes} == {10}


@pytest.mark.parametrize(
    "typed", [OLD, in_groups(OLD), "10abc defgh", "loabc-defgh", " IOABC-DEFGH "]
)
def test_old_codes_are_still_read_with_goodwill(typed):
    assert as_stored(typed) == OLD


@pytest.mark.parametrize("typed", ["", "10ABCDEFG", "10ABCDEFGU", "1" * 61])
def test_what_cannot_be_a_code_is_none(typed):
    assert as_stored(typed) == ""


@pytest.mark.parametrize("make", [lambda: OLD, new_reference], ids=["old", "new"])
def test_addresses_hold_old_codes_and_new_ones(make):
    code = make()
    url = reverse("family-detail", args=[code])

    assert resolve(url).kwargs == {"reference": code}
    assert re.fullmatch(ReferenceConverter.regex, code)


def test_addresses_hold_no_letter_that_no_code_has():
    with pytest.raises(NoReverseMatch):
        reverse("family-detail", args=["O" * 10])
    with pytest.raises(Resolver404):
        resolve("/werk/gezinnen/OOOOOOOOOO/")
