"""The languages of the public pages: their names, addresses, and who read them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, get_language_info

from buurtgezinnen import catalogues
from buurtgezinnen.catalogues import PUBLIC_LANGUAGES
from families.models import CheckedTranslation

OWN_NAMES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class LanguageLink:
    """The page that is open, in a language.

    Attributes:
        code: of the language.
        name: its own name.
        direction: in which it is written, "ltr" or "rtl".
        url: the address of the page in it.
        here: whether it is the language of the page that is open.
    """

    code: str
    name: str
    direction: str
    url: str
    here: bool


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """The same page in each language; [] for a page that is in Dutch only."""
    url, here = request.get_full_path(), get_language()
    links = [
        LanguageLink(
            code=code,
            name=name,
            direction="rtl" if get_language_info(code)["bidi"] else "ltr",
            url=translate_url(url, code),
            here=code == here,
        )
        for code, name in OWN_NAMES.items()
    ]
    return links if len({link.url for link in links}) > 1 else []


def alternates(request: HttpRequest) -> list[tuple[str, str]]:
    """Each language with the whole address of the page in it, for search engines."""
    return [
        (link.code, settings.SITE_URL + link.url.partition("?")[0])
        for link in language_links(request)
    ]


def of_our_words() -> str:
    """The language in which a family reads what staff noted about it.

    The names of what we keep are translated into Dutch only.
    """
    language = get_language()
    return settings.LANGUAGE_CODE if language in PUBLIC_LANGUAGES else language


@cache
def fingerprint(language: str) -> str:
    """Of the texts that this process shows in a language."""
    return catalogues.fingerprint(Path(settings.BASE_DIR), language)


def is_unchecked() -> bool:
    """Whether no native speaker has read the texts of the page that is open."""
    language = get_language()
    if language not in PUBLIC_LANGUAGES:
        return False
    return not CheckedTranslation.objects.filter(
        language=language, fingerprint=fingerprint(language)
    ).exists()
