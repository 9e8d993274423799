"""Says in words what each figure counts, beside the figure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from buurtgezinnen.figures import Figures
from families.models import Partnership

COUNTING_RULES = {
    Partnership.CountingRule.INTRODUCTION: gettext_lazy(
        "A pairing is a request family and a support family who are together for one "
        "or more children. It counts from the introduction."
    ),
    Partnership.CountingRule.TRIAL: gettext_lazy(
        "A pairing is a request family and a support family who are together for one "
        "or more children. It counts from the start of the trial."
    ),
    Partnership.CountingRule.DEFINITE: gettext_lazy(
        "A pairing is a request family and a support family who are together for one "
        "or more children. It counts from the definite agreement."
    ),
}
AGE_LABELS = (
    gettext_lazy("0 to 3 years"),
    gettext_lazy("4 to 7 years"),
    gettext_lazy("8 to 12 years"),
    gettext_lazy("13 to 17 years"),
    gettext_lazy("Another age, or not known"),
)


@dataclass(frozen=True)
class Row:
    """A figure with its name and what it counts; `sign` is its part in a sum."""

    label: str
    figure: str
    definition: str = ""
    sign: str = ""


@dataclass(frozen=True)
class Section:
    """A table of figures, or a sentence in its place."""

    title: str
    rows: list[Row]
    note: str = ""


def year_label(partnership: Partnership, year: int) -> str:
    """A reporting year as people call it: 2026, or 2026–2027."""
    return f"{year}" if partnership.reporting_year_month == 1 else f"{year}–{year + 1}"


def sections_of(partnership: Partnership, shown: Figures) -> list[Section]:
    """The figures of a year in the order in which they are read."""
    return [
        _target(partnership, shown),
        _pairings(shown),
        _waiting(partnership, shown),
        _families(shown),
        _ages(partnership, shown),
    ]


def _target(partnership: Partnership, shown: Figures) -> Section:
    rule = COUNTING_RULES[Partnership.CountingRule(partnership.counting_rule)]
    return Section(
        _("The target"),
        [
            Row(_("Pairings made"), str(shown.pairings["made"]), str(rule)),
            Row(
                _("Agreed for a whole year"),
                str(shown.target),
                _("The target in the cooperation agreement."),
            ),
        ],
    )


def _pairings(shown: Figures) -> Section:
    words = {
        "start": (
            _("Running at the start"),
            _("Pairings that counted and had not ended when the year began."),
            "",
        ),
        "made": (_("Newly made"), _("Pairings that began to count in this year."), "+"),
        "ended": (
            _("Ended"),
            _("Pairings that stopped, for whatever reason."),
            "−",  # noqa: RUF001 - the minus sign that screen readers say
        ),
        "independent": (
            _("Went on without guidance"),
            _("Guidance ended and the contact goes on: a success."),
            "−",  # noqa: RUF001 - the minus sign that screen readers say
        ),
        "end": (
            _("Running at the end"),
            _("Pairings that ran on the last day that is counted."),
            "=",
        ),
    }
    return Section(_("Pairings"), _rows(words, shown.pairings))


def _waiting(partnership: Partnership, shown: Figures) -> Section:
    words = {
        "start": (
            _("Waiting at the start"),
            _(
                "A request waits when the talks are done and there is no support "
                "family yet. A family with two requests counts twice."
            ),
            "",
        ),
        "came": (
            _("Began to wait"),
            _("Requests that began to wait in this year."),
            "+",
        ),
        "went": (
            _("No longer waiting"),
            _("Requests that were paired, withdrawn or ended."),
            "−",  # noqa: RUF001 - the minus sign that screen readers say
        ),
        "end": (
            _("Waiting at the end"),
            _("Requests that waited on the last day that is counted."),
            "=",
        ),
    }
    if shown.waiting_days is None:
        median = _("not shown")
    else:
        median = ngettext("%(n)d day", "%(n)d days", shown.waiting_days) % {
            "n": shown.waiting_days
        }
    days = Row(
        _("Time until a pairing"),
        median,
        _(
            "Half of the pairings made took this long or less from the application, or "
            "from the end of a former pairing. Shown from %(limit)d pairings."
        )
        % {"limit": partnership.small_count},
    )
    return Section(_("Requests that wait"), [*_rows(words, shown.waiting), days])


def _families(shown: Figures) -> Section:
    return Section(
        _("Families and children"),
        [
            Row(
                _("Families that asked for support"),
                str(shown.request_applications),
                _("Families whose first application for a request came in this year."),
            ),
            Row(
                _("Families that offered support"),
                str(shown.support_applications),
                _("Families that applied as a support family in this year."),
            ),
            Row(
                _("Support families available"),
                str(shown.support_families),
                _(
                    "Support families that were screened and not pausing on the last "
                    "day that is counted, with or without a pairing."
                ),
            ),
            Row(
                _("Children reached"),
                str(shown.children),
                _("Children in a pairing that counted; each child counts once."),
            ),
        ],
    )


def _ages(partnership: Partnership, shown: Figures) -> Section:
    title = _("Ages of the children reached")
    if not shown.year.is_over:
        note = _("Ages are shown when the year is over.")
        return Section(title, [], note)
    if shown.ages is None:
        note = _(
            "There are too few children to show ages (a group of fewer than %(limit)d "
            "could be recognised)."
        ) % {"limit": partnership.small_count}
        return Section(title, [], note)
    rows = [
        Row(str(label), str(count))
        for label, count in zip(AGE_LABELS, shown.ages, strict=True)
    ]
    n_hidden = sum(count.hidden is not None for count in shown.ages)
    note = ""
    if n_hidden:
        note = ngettext(
            "We do not show small numbers, so that nobody can recognise a family. "
            "Left out: %(n)d number.",
            "We do not show small numbers, so that nobody can recognise a family. "
            "Left out: %(n)d numbers.",
            n_hidden,
        ) % {"n": n_hidden}
    return Section(title, rows, note)


def _rows(words, counts) -> list[Row]:
    return [
        Row(label, str(counts[name]), definition, sign)
        for name, (label, definition, sign) in words.items()
    ]
