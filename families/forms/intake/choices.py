"""Choices of the public pages, each with a pictogram beside its words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

NOT_KNOWN = "unknown"
UNKNOWN_PICTURE = "circle-question-mark"
ELSEWHERE = _("Choose from the answers on this page.")


class Pictured:
    """Mix in before a widget with choices.

    Attributes:
        pictures: the name of a lucide icon by the value of a choice.
    """

    option_template_name = "house/widgets/pictured_option.html"

    def __init__(
        self, *args: Any, pictures: Mapping[Any, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        named = {str(value): name for value, name in (pictures or {}).items()}
        self.pictures = {NOT_KNOWN: UNKNOWN_PICTURE} | named

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)  # type: ignore[misc]
        return option | {"picture": self.pictures.get(str(option["value"]), "")}


class PicturedRadios(Pictured, forms.RadioSelect):
    """Radio buttons with a pictogram each."""


class PicturedBoxes(Pictured, forms.CheckboxSelectMultiple):
    """Boxes with a pictogram each."""


class LanguageRadios(PicturedRadios):
    """Languages, each in its own words, for a screen reader and a typesetter too."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        try:
            info = get_language_info(str(option["value"]))
        except KeyError:
            return option
        return option | {"lang": info["code"], "dir": "rtl" if info["bidi"] else "ltr"}


class OneOfThese(forms.TypedChoiceField):
    """Radio buttons; "I do not know that yet" gives what is not asked yet."""

    widget = PicturedRadios
    default_error_messages = {"invalid_choice": ELSEWHERE}

    def __init__(self, *, empty_value: Any = "", **kwargs: Any) -> None:
        super().__init__(coerce=self._known, empty_value=empty_value, **kwargs)

    def _known(self, value: str) -> Any:
        return self.empty_value if value == NOT_KNOWN else value
