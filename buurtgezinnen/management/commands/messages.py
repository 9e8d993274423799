"""Keep the translation catalogues in step with the sources, and their Dutch plain."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from buurtgezinnen import catalogues, plain_language


class Command(BaseCommand):
    help = (
        "Extract, compile or check the translations of each app; or see whether the "
        "Dutch that the public reads is plain."
    )
    # Runs on a fresh clone, before there is a database or a compiled translation.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["extract", "compile", "check", "plain"])
        parser.add_argument(
            "--app",
            action="append",
            choices=catalogues.APPS,
            help="Only this app; may be given more than once.",
        )

        parser.add_argument(
            "--language",
            action="append",
            choices=catalogues.LANGUAGES,
            help="Only this language; may be given more than once.",
        )

    def handle(
        self,
        *,
        action: str,
        app: list[str] | None,
        language: list[str] | None,
        **_: Any,
    ) -> None:
        root, apps = Path(settings.BASE_DIR), app or list(catalogues.APPS)
        languages = language or list(catalogues.LANGUAGES)
        act = {
            "extract": self.extract_strings,
            "compile": self.compile_catalogues,
            "check": self.check_catalogues,
            "plain": self.check_plain_language,
        }[action]
        try:
            act(root, apps, languages)
        except ModuleNotFoundError as error:
            if error.name != "babel":
                raise
            raise CommandError(
                "Reading the sources needs babel: pip install -r requirements.txt"
            ) from error

    def extract_strings(
        self, root: Path, apps: list[str], languages: list[str]
    ) -> None:
        for app in apps:
            for language in languages:
                catalogue = catalogues.extract_catalogue(root, app, language)
                untranslated = len(catalogue.untranslated_entries())
                self.stdout.write(
                    f"{app} ({language}): {len(catalogue)} strings, "
                    f"{untranslated} without a translation"
                )

    def compile_catalogues(
        self, root: Path, apps: list[str], languages: list[str]
    ) -> None:
        for path in catalogues.compile_catalogues(root, apps, languages):
            self.stdout.write(f"compiled {path.relative_to(root)}")

    def check_catalogues(
        self, root: Path, apps: list[str], languages: list[str]
    ) -> None:
        found = list(catalogues.all_faults(root, apps, languages))
        for fault in found:
            self.stderr.write(str(fault))
        if found:
            raise CommandError(f"Faults in the translations: {len(found)}")
        self.stdout.write("The translations are complete.")

    def check_plain_language(self, root: Path, *_: list[str]) -> None:
        sentences = list(plain_language.dutch_of_the_public(root))
        found = list(plain_language.hard(sentences))
        for one in found:
            self.stderr.write(str(one))
        mean = plain_language.mean_words(sentences)
        if found:
            raise CommandError(f"Sentences that are not plain: {len(found)}")
        if mean > plain_language.MEAN_WORDS:
            raise CommandError(f"Sentences have {mean:.1f} words on average.")
        self.stdout.write(
            f"The Dutch of the public is plain: {mean:.1f} words in a sentence."
        )
