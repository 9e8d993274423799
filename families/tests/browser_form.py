"""What a browser would send for a form as it stands in a page."""

from html.parser import HTMLParser

from django.forms import BaseForm
from django.http import QueryDict


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.select = ""
        self.textarea: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        value = told.get("value") or ""
        if tag == "input":
            boxes = told.get("type") in ("checkbox", "radio")
            if name and (not boxes or "checked" in told):
                self.sent.append((name, value))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in told:
            self.sent.append((self.select, value))
        elif tag == "textarea":
            self.textarea, self.text = name, ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.textarea is not None:
            # HTML drops the first line end within a textarea.
            self.sent.append((self.textarea, self.text.removeprefix("\n")))
            self.textarea = None


def sent_by(html: str) -> QueryDict:
    """The names and values of all controls in a page or a part of one."""
    controls = _Controls()
    controls.feed(html)
    sent = QueryDict(mutable=True)
    for name, value in controls.sent:
        sent.appendlist(name, value)
    return sent


def sent_unchanged(form: BaseForm) -> QueryDict:
    """What is sent when nobody changes anything."""
    return sent_by("".join(str(field) for field in form))
