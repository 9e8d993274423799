"""Kinds of support, languages and demands, kept as bits where they are counted."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SupportKind(models.IntegerChoices):
    """What a support family can do; the value is the bit in a mask of kinds."""

    PLAY = 0, _("playing at the support family's home")
    MEAL = 1, _("having a meal there")
    SLEEPOVER = 2, _("sleeping over")
    TRANSPORT = 3, _("bringing or fetching: school, sport, swimming lessons")
    HOMEWORK = 4, _("a quiet place for homework")
    OUTING = 5, _("doing something nice together")
    BIRTHDAY = 6, _("help with a birthday")
    SCHOOL_TALK = 7, _("coming along to a talk at school")
    LISTENING = 8, _("somebody to talk to")
    OTHER = 9, _("something else")


class Language(models.IntegerChoices):
    """Spoken languages; the value is the bit in a mask of languages."""

    DUTCH = 0, _("Dutch")
    ENGLISH = 1, _("English")
    ARABIC = 2, _("Arabic")
    POLISH = 3, _("Polish")
    TURKISH = 4, _("Turkish")
    UKRAINIAN = 5, _("Ukrainian")
    TAMAZIGHT = 6, _("Tamazight (Berber)")
    DARIJA = 7, _("Moroccan Arabic")
    SPANISH = 8, _("Spanish")
    PORTUGUESE = 9, _("Portuguese")
    FRENCH = 10, _("French")
    GERMAN = 11, _("German")
    ITALIAN = 12, _("Italian")
    RUSSIAN = 13, _("Russian")
    ROMANIAN = 14, _("Romanian")
    BULGARIAN = 15, _("Bulgarian")
    HUNGARIAN = 16, _("Hungarian")
    CZECH = 17, _("Czech")
    SERBO_CROATIAN = 18, _("Bosnian, Croatian or Serbian")
    ALBANIAN = 19, _("Albanian")
    GREEK = 20, _("Greek")
    ARMENIAN = 21, _("Armenian")
    KURDISH_KURMANJI = 22, _("Kurdish (Kurmanji)")
    KURDISH_SORANI = 23, _("Kurdish (Sorani)")
    FARSI = 24, _("Farsi")
    DARI = 25, _("Dari")
    PASHTO = 26, _("Pashto")
    URDU = 27, _("Urdu")
    HINDI = 28, _("Hindi")
    PUNJABI = 29, _("Punjabi")
    TAMIL = 30, _("Tamil")
    BENGALI = 31, _("Bengali")
    CHINESE = 32, _("Chinese (Mandarin)")
    CANTONESE = 33, _("Cantonese")
    VIETNAMESE = 34, _("Vietnamese")
    THAI = 35, _("Thai")
    INDONESIAN = 36, _("Indonesian")
    JAPANESE = 37, _("Japanese")
    KOREAN = 38, _("Korean")
    TAGALOG = 39, _("Tagalog")
    SOMALI = 40, _("Somali")
    TIGRINYA = 41, _("Tigrinya")
    AMHARIC = 42, _("Amharic")
    OROMO = 43, _("Oromo")
    SWAHILI = 44, _("Swahili")
    LINGALA = 45, _("Lingala")
    TWI = 46, _("Twi")
    HAUSA = 47, _("Hausa")
    YORUBA = 48, _("Yoruba")
    PAPIAMENTO = 49, _("Papiamento")
    SRANAN = 50, _("Sranan")
    FRISIAN = 51, _("Frisian")
    DUTCH_SIGN = 52, _("Dutch Sign Language")
    HEBREW = 53, _("Hebrew")
    ROMANI = 54, _("Romani")
    SWEDISH = 55, _("Swedish")
    OTHER = 56, _("another language")


class Frequency(models.TextChoices):
    """How often support is asked or given."""

    WEEKLY = "weekly", _("every week")
    FORTNIGHTLY = "fortnightly", _("every other week")
    MONTHLY = "monthly", pgettext_lazy("how often", "once a month")
    NOW_AND_THEN = "now_and_then", _("now and then")


class Demand(models.TextChoices):
    """How much a fact about the other family matters."""

    LIMIT = "limit", _("limit")
    WISH = "wish", _("wish")
    INDIFFERENT = "indifferent", _("does not matter")
    NOT_ASKED = "not_asked", _("not asked yet")


def mask_of(values: Iterable[int]) -> int:
    """The mask in which each of `values` is one bit."""
    mask = 0
    for value in values:
        mask |= 1 << int(value)
    return mask


def kinds_in(mask: int) -> list[SupportKind]:
    """The kinds of support in a mask, in their fixed order."""
    return [kind for kind in SupportKind if mask >> kind & 1]


def languages_in(mask: int) -> list[Language]:
    """The languages in a mask, in their fixed order."""
    return [language for language in Language if mask >> language & 1]
