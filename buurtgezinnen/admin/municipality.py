"""/gemeente/: what officials read about the partnership of their municipality.

Only officials get in; the organisation has its own site. No model with a private
column is registered: hiding a column does not hide what a filter can ask.
"""

import datetime as dt

from django.db.models import F, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from buurtgezinnen.admin.base import ReadOnlyAdmin, StaffInline, StaffSite
from buurtgezinnen.definitions import sections_of, year_label
from buurtgezinnen.fairness import Scope
from buurtgezinnen.figures import figures, reporting_year, years_of
from families.models import Partnership, PartnershipTerm

YEAR = "jaar"
PARTNERSHIP = "samenwerking"


class MunicipalitySite(StaffSite):
    """The admin site of officials; its first page is the figures."""

    site_title = site_header = _("Municipality – Buurtgezinnen")
    index_title = _("Figures")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_official

    def get_urls(self):
        # Nothing here chooses among rows of another model.
        return [
            url
            for url in super().get_urls()
            if getattr(url, "name", None) != "autocomplete"
        ]

    def fairness_scope(self, request: HttpRequest) -> Scope:
        """The partnership asked for, or the one that began last."""
        today = timezone.localdate()
        own = _own_partnerships(request, on=today)
        return Scope.of_partnership(_chosen_partnership(request, own), on=today)

    @method_decorator(require_safe)
    def index(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The figures of one reporting year of one of the official's partnerships."""
        today = timezone.localdate()
        own = _own_partnerships(request, on=today)
        partnership = _chosen_partnership(request, own)
        years = years_of(partnership, on=today)
        year = reporting_year(partnership, _chosen(request, years), on=today)
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "partnership": partnership,
            "partnerships": own,
            "year": year,
            "years": [(start, year_label(partnership, start)) for start in years],
            "sections": sections_of(partnership, figures(partnership, year)),
        }
        request.current_app = self.name
        return render(request, "admin/figures.html", context)


def _own_partnerships(request: HttpRequest, *, on: dt.date) -> list[Partnership]:
    """What the official may read, the one that began last first."""
    begun = Max("terms__starts_on", filter=Q(terms__starts_on__lte=on))
    return list(
        Partnership.objects.visible_to(request.user)
        .annotate(begun=begun)
        .order_by(F("begun").desc(nulls_last=True), "name", "pk")
    )


def _chosen_partnership(request: HttpRequest, own: list[Partnership]) -> Partnership:
    """The partnership asked for, which must be one that is offered."""
    offered = {str(one.pk): one for one in own}
    asked = request.GET.get(PARTNERSHIP, next(iter(offered), ""))
    if asked not in offered:
        raise Http404
    return offered[asked]


def _chosen(request: HttpRequest, years: list[int]) -> int:
    """The year asked for, which must be one that is offered."""
    asked = request.GET.get(YEAR, str(years[0]))
    offered = {str(year): year for year in years}
    if asked not in offered:
        raise Http404
    return offered[asked]


class TermInline(StaffInline):
    model = PartnershipTerm
    fields = ["municipality", "starts_on"]
    verbose_name_plural = _("municipalities")

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    has_change_permission = has_add_permission

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("municipality")


class PartnershipAdmin(ReadOnlyAdmin):
    """What the official's municipality agreed with the organisation, to read."""

    list_display = ["name", "target", "counting_rule", "renews_on", "state"]
    list_display_links = ["name"]
    fields = [
        "name",
        "employer",
        "target",
        "counting_rule",
        "reporting_year_month",
        "small_count",
        "totals_suppressed",
        "renews_on",
        "state",
    ]
    inlines = [TermInline]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).visible_to(request.user).order_by("name")


site = MunicipalitySite(name="municipality")
site.register(Partnership, PartnershipAdmin)
