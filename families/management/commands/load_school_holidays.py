"""Adds the school holidays that stand in the repository."""

from typing import Any

from django.core.management.base import BaseCommand

from families.services.school_holidays import load_school_holidays, published


class Command(BaseCommand):
    help = (
        "Adds the school holidays of the three regions, as the government publishes "
        "them. Holidays that are there already stay as they are."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        holidays = published()
        n_new = load_school_holidays(holidays)
        if verbosity:
            n_there = len(holidays) - n_new
            self.stdout.write(f"School holidays: {n_new} added, {n_there} there.")
