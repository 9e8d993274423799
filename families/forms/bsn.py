"""Notices the citizen service number (BSN), which nobody should send us."""

import re

DIGITS = 9
# Nine digits, together or in groups, that are not part of a longer number.
GROUPED = re.compile(r"(?<!\d)(?<!\d[ .\-])\d(?:[ .\-]?\d){8}(?![ .\-]?\d)")


def looks_like_bsn(text: str) -> bool:
    """Whether nine digits in the text pass the eleven-test of a BSN."""
    return any(_passes(found.group()) for found in GROUPED.finditer(text))


def _passes(written: str) -> bool:
    digits = [int(letter) for letter in written if letter.isdecimal()]
    weights = (*range(DIGITS, 1, -1), -1)
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=True))
    return any(digits) and total % 11 == 0
