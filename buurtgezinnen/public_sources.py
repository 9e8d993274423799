"""Which sources the public reads; these are translated into every public language.

A source is named by its path, with a star for any name in it; a folder by its path
with a slash at the end. `path::Name` is one class, function or constant of a file that
staff read too. What a page of the public shows and is not named here falls back to
Dutch: the test that walks all public pages finds it.
"""

import ast
import textwrap
from fnmatch import fnmatchcase

PUBLIC = (
    # What each app tells a family on its own pages.
    "agreements/own.py",
    "families/own*.py",
    "matching/own.py",
    "families/forms/own*.py",
    "families/texts.py",
    # What every form of the house says.
    "families/forms/base.py",
    "families/forms/fields.py",
    "families/forms/guard.py",
    "families/forms/intake/",
    "families/forms/parsing.py",
    "families/forms/steps.py",
    "families/forms/widgets.py",
    "families/services/intake/",
    "families/services/mail.py",
    "families/views/guard.py",
    "families/views/intake/",
    "families/views/links.py",
    "families/vocabulary.py",
    "buurtgezinnen/views/errors.py",
    "buurtgezinnen/views/home.py",
    "buurtgezinnen/views/mine*",
    "buurtgezinnen/views/about.py",
    "templates/families/intake_*",
    "templates/families/referral*",
    "templates/families/mail/",
    "templates/families/_caller.html",
    "templates/families/_refused.html",
    "templates/mine/",
    "templates/[45]*.html",
    "templates/_error_summary.html",
    "templates/_language*.html",
    "templates/_safety_line.html",
    "templates/_unchecked.html",
    "templates/_way_back.html",
    "templates/base.html",
    "templates/base_public.html",
    "templates/base_safe.html",
    "templates/django/",
    "templates/accessibility.html",
    "templates/contact.html",
    "templates/home.html",
    "templates/house/_back.html",
    "templates/house/_notice.html",
    "templates/house/_summary_list.html",
    "templates/house/widgets/",
    "templates/huis/",
    "templates/privacy.html",
)


def is_public(place: str) -> bool:
    """Whether the public reads all that the source at this path says."""
    return any(_matches(pattern, place) for pattern in PUBLIC)


def _matches(pattern: str, place: str) -> bool:
    if pattern.endswith("/"):
        return place.startswith(pattern)
    return fnmatchcase(place, pattern)


def public_parts(place: str, text: str) -> list[str]:
    """What the public reads of a source: all of it, some definitions, or nothing."""
    if is_public(place):
        return [text]
    names = {
        name
        for pattern in PUBLIC
        for path, separator, name in [pattern.partition("::")]
        if separator and path == place
    }
    return _definitions(text, names) if names else []


def _definitions(text: str, names: set[str]) -> list[str]:
    """The source of these classes, functions and constants, wherever they stand.

    Raises:
        LookupError: one of them is not there any more.
    """
    lines = text.splitlines()
    parts, found = [], set()
    for node in ast.walk(ast.parse(text)):
        here = _names_of(node) & names
        if here:
            found |= here
            part = lines[node.lineno - 1 : node.end_lineno]
            parts.append(textwrap.dedent("\n".join(part)) + "\n")
    if found != names:
        raise LookupError(f"No such definition: {', '.join(sorted(names - found))}")
    return parts


def _names_of(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return set()
