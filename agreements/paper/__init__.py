"""Agreements for outside the system: as a PDF to sign, and as a calendar file."""

from agreements.paper.appointments import calendar_file
from agreements.paper.pdf import pdf_of
from agreements.paper.words import what_it_says

__all__ = ["calendar_file", "pdf_of", "what_it_says"]
