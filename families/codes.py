"""Addresses as squares that a telephone reads, made here and drawn by the page."""

from dataclasses import dataclass

import qrcode
from qrcode.constants import ERROR_CORRECT_M

# So many squares of quiet around it: readers need four.
BORDER = 4


@dataclass(frozen=True)
class Square:
    """A QR code as an SVG path.

    Attributes:
        size: squares along each edge, with the quiet around it.
        path: one unit square for each dark one.
    """

    size: int
    path: str


def qr_of(text: str) -> Square:
    """The QR code of a text, as small as it may be."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=BORDER)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = [
        f"M{x},{y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return Square(len(rows), "".join(squares))
