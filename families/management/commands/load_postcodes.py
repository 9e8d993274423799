"""Fills the table of postcodes from a file of GeoNames, or from its address."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from families import downloads, geonames
from families.geonames import UnfitFile
from families.services.postcodes import LONELY_KM, load_postcodes


class Command(BaseCommand):
    help = (
        "Loads postcodes in the format of GeoNames (zip or text), for example from "
        "https://download.geonames.org/export/zip/NL.zip. One transaction: after a "
        "wrong line nothing is loaded. Loading again changes only what differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="PATH|URL")

    def handle(self, *, source: str, verbosity: int, **options: Any) -> None:
        # Without a terminal there is no bar, only the counts at the end.
        bar = {"disable": None if verbosity else True, "leave": False}
        try:
            lines = geonames.text_of(_content(source)).split("\n")
            rows, left_out = geonames.read(tqdm(lines, "reading", **bar))
        except UnfitFile as unfit:
            faults = "\n  ".join(str(fault) for fault in unfit.faults)
            raise CommandError(f"Nothing was loaded.\n  {faults}") from unfit

        loaded = load_postcodes(
            geonames.areas_of(rows),
            names=geonames.municipality_names(rows),
            progress=lambda batches: tqdm(batches, "writing", **bar),
        )
        if verbosity:
            self._report(rows, left_out, loaded)

    def _report(self, rows, left_out, loaded) -> None:
        self.stdout.write(
            f"{len(rows)} lines read; {loaded.municipalities} municipalities made.\n"
            f"Postcodes: {loaded.created} loaded, {loaded.updated} updated, "
            f"{loaded.unchanged} unchanged, {len(left_out)} rejected, "
            f"{len(loaded.flagged)} flagged."
        )
        for fault in left_out[: geonames.MOST_FAULTS]:
            self.stdout.write(f"  rejected: {fault}")
        if len(left_out) > geonames.MOST_FAULTS:
            self.stdout.write(f"  … and {len(left_out) - geonames.MOST_FAULTS} more")
        for area in loaded.flagged:
            self.stdout.write(
                f"  look at {area.postcode} {area.place} ({area.municipality}): the "
                f"nearest other postcode is more than {LONELY_KM:g} km away"
            )


def _content(source: str) -> bytes:
    """The bytes of a file here or at an address.

    Raises:
        CommandError: it is not to be had.
    """
    try:
        if "://" in source:
            return downloads.fetch(source, most_bytes=geonames.MOST_BYTES)
        path = Path(source)
        if path.stat().st_size > geonames.MOST_BYTES:
            raise CommandError(
                f"{source} is bigger than {geonames.MOST_BYTES // 2**20} MB."
            )
        return path.read_bytes()
    except (downloads.NotFetched, OSError) as error:
        raise CommandError(f"{source}: {error}") from error
