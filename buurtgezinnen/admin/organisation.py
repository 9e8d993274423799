"""/beheer/: where the organisation's office keeps people, municipalities and rules.

No family is registered here, and nothing that hangs on one.
"""

import logging

from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agreements.models import HouseRules
from buurtgezinnen.admin.base import (
    ReadOnlyAdmin,
    SeenForm,
    StaffAdmin,
    StaffInline,
    StaffSite,
)
from buurtgezinnen.admin.house_rules import HouseRulesAdmin
from buurtgezinnen.admin.intake_counts import IntakeCountPages
from buurtgezinnen.admin.rules import RulesAdmin
from buurtgezinnen.admin.translations import CheckedTranslationAdmin
from buurtgezinnen.fairness import Scope
from families.models import (
    CheckedTranslation,
    Coordinator,
    Municipality,
    MunicipalityOfficial,
    Partnership,
    PartnershipTerm,
    PostcodeArea,
    SchoolHoliday,
    User,
)
from matching.models import Rules

logger = logging.getLogger(__name__)

# The first page, in the order of the work; names of models.
SECTIONS = (
    (_("People"), ("User", "Coordinator", "MunicipalityOfficial")),
    (
        _("Municipalities"),
        ("Municipality", "Partnership", "PostcodeArea", "SchoolHoliday"),
    ),
    (_("Matching"), ("Rules",)),
    (_("Agreements"), ("HouseRules",)),
    (_("Languages of the site"), ("CheckedTranslation",)),
)


class OrganisationSite(IntakeCountPages, StaffSite):
    """The admin site of the organisation's office."""

    site_title = site_header = _("Office – Buurtgezinnen")
    index_title = _("Office")
    index_template = "admin/organisation_index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_organisation

    def fairness_scope(self, request: HttpRequest) -> Scope:
        """Everybody: the office sees no families, but may know how many there are."""
        return Scope.of_everybody()

    def index(self, request: HttpRequest, extra_context=None):
        """The registered models, grouped by the work they belong to."""
        listed = {
            model["object_name"]: model
            for app in self.get_app_list(request)
            for model in app["models"]
        }
        sections = [
            (title, [listed[name] for name in names]) for title, names in SECTIONS
        ]
        return super().index(request, {**(extra_context or {}), "sections": sections})


class UserForm(SeenForm):
    """Somebody who logs in. Nobody but they themselves chooses their password."""

    class Meta:
        model = User
        fields = ["email", "name", "is_organisation", "is_active"]

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def clean(self):
        cleaned = super().clean()
        for field in ("is_organisation", "is_active"):
            if self.instance == self.by and not cleaned.get(field):
                self.add_error(field, _("Ask a colleague to take this from you."))
        if self.instance.is_superuser and not cleaned.get("is_organisation"):
            self.add_error("is_organisation", _("This person administers the site."))
        if self.instance.is_coordinator and cleaned.get("is_organisation"):
            self.add_error("is_organisation", _("The office sees no families."))
        return cleaned


class UserAdmin(StaffAdmin):
    list_display = ["name", "email", "works_as", "is_active"]
    list_filter = ["is_active", "is_organisation"]
    list_select_related = ["coordinator", "official"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    form = UserForm
    actions = ["mail_password_link"]

    def get_form(self, request, obj=None, change=False, **kwargs):  # noqa: FBT002
        form = super().get_form(request, obj, change, **kwargs)

        class FormOfThisUser(form):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, by=request.user, **kwargs)

        return FormOfThisUser

    @admin.display(description=_("works as"))
    def works_as(self, user: User) -> str:
        if user.is_organisation:
            return _("office")
        if user.is_coordinator:
            return _("coordinator")
        return _("official") if user.is_official else _("nothing yet")

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            # Who reads the old mailbox must not be able to log in any more.
            EmailAddress.objects.filter(user=obj).delete()
        if not change:
            transaction.on_commit(lambda: self._mail(request, [obj]))

    @admin.action(description=_("Send a link to choose a password"))
    def mail_password_link(self, request, queryset):
        self._mail(request, queryset.filter(is_active=True))

    def _mail(self, request: HttpRequest, users) -> None:
        n_sent = 0
        for user in users:
            form = ResetPasswordForm({"email": user.email})
            try:
                if form.is_valid():
                    form.save(request)
                    n_sent += 1
            except OSError as error:
                # The mail server is away. Its words may hold an address: not logged.
                kind = type(error).__name__
                logger.warning("No password link was sent to #%s: %s", user.pk, kind)
                text = _("The mail could not be sent. Try it again from the list.")
                messages.warning(request, text)
        if n_sent:
            text = ngettext(
                "%(n)d person gets a mail with a link to choose a password.",
                "%(n)d people get a mail with a link to choose a password.",
                n_sent,
            )
            messages.success(request, text % {"n": n_sent})


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days of the week, kept as one bit each with Monday first."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(choices=WEEKDAYS.items(), coerce=int, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, int):
            return [day for day in WEEKDAYS if value >> day & 1]
        return value

    def clean(self, value):
        return sum(1 << day for day in super().clean(value))

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


class CoordinatorForm(SeenForm):
    """A coordinator; works in municipalities that take part."""

    municipalities = forms.ModelMultipleChoiceField(
        queryset=Municipality.objects.none(),
        label=capfirst(Coordinator._meta.get_field("municipalities").verbose_name),
        widget=forms.CheckboxSelectMultiple,
    )
    working_days = WeekdaysField(
        label=_("Working days"),
        initial=Coordinator._meta.get_field("working_days").default,
    )

    class Meta:
        model = Coordinator
        fields = [
            "user",
            "municipalities",
            "telephone",
            "working_days",
            "leave_from",
            "leave_until",
            "deputy",
            "deputy_from",
            "deputy_until",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = _taking_part_or_chosen(self.instance, "municipalities")
        self.fields["municipalities"].queryset = offered

    def clean_user(self):
        user = self.cleaned_data["user"]
        # Nobody of the office gives themselves, or a colleague, a view of families.
        if user.is_organisation:
            raise forms.ValidationError(_("The office sees no families."))
        return user


class CoordinatorAdmin(StaffAdmin):
    list_display = ["user", "works_in", "telephone", "deputy"]
    list_select_related = ["user", "deputy__user"]
    search_fields = ["user__name", "user__email"]
    ordering = ["user__name"]
    autocomplete_fields = ["user", "deputy"]
    form = CoordinatorForm

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("municipalities")

    @admin.display(description=_("municipalities"))
    def works_in(self, coordinator: Coordinator) -> str:
        return ", ".join(sorted(str(own) for own in coordinator.municipalities.all()))


class OfficialForm(SeenForm):
    """An official keeps the partnerships of before, to read their years."""

    partnerships = forms.ModelMultipleChoiceField(
        queryset=Partnership.objects.order_by("name"),
        label=capfirst(
            MunicipalityOfficial._meta.get_field("partnerships").verbose_name
        ),
        help_text=_("After a renewal choose the new one too, and keep the old one."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = MunicipalityOfficial
        fields = ["user", "partnerships"]


class OfficialAdmin(StaffAdmin):
    list_display = ["user", "reads_of"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    ordering = ["user__name"]
    autocomplete_fields = ["user"]
    form = OfficialForm

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("partnerships")

    @admin.display(description=_("partnerships"))
    def reads_of(self, official: MunicipalityOfficial) -> str:
        return ", ".join(sorted(str(own) for own in official.partnerships.all()))


class MunicipalityForm(SeenForm):
    """A municipality; its neighbours are chosen among those that take part."""

    neighbours = forms.ModelMultipleChoiceField(
        queryset=Municipality.objects.none(),
        required=False,
        label=capfirst(Municipality._meta.get_field("neighbours").verbose_name),
        help_text=Municipality._meta.get_field("neighbours").help_text,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Municipality
        fields = ["name", "slug", "cbs_code", "holiday_region", "neighbours"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered = _taking_part_or_chosen(self.instance, "neighbours")
        self.fields["neighbours"].queryset = offered.exclude(pk=self.instance.pk)


def _taking_part_or_chosen(row: Model, field: str) -> QuerySet[Municipality]:
    """Municipalities with a partnership, and those in `field` of `row` already."""
    offered = Q(pk__in=PartnershipTerm.objects.values("municipality"))
    if row.pk is not None:
        offered |= Q(pk__in=getattr(row, field).values("pk"))
    return Municipality.objects.filter(offered).order_by("name")


class MunicipalityTermInline(StaffInline):
    """Which partnership the municipality belongs to, and since when."""

    model = PartnershipTerm
    autocomplete_fields = ["partnership"]
    fields = ["partnership", "starts_on"]
    verbose_name = _("partnership of the municipality")
    verbose_name_plural = _("partnerships of the municipality")
    ordering = ["starts_on"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("partnership")


class MunicipalityAdmin(StaffAdmin):
    list_display = ["name", "cbs_code"]
    search_fields = ["name", "cbs_code"]
    ordering = ["name"]
    form = MunicipalityForm
    inlines = [MunicipalityTermInline]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "cbs_code", "holiday_region", "neighbours"]


class TermInline(StaffInline):
    model = PartnershipTerm
    autocomplete_fields = ["municipality"]
    fields = ["municipality", "starts_on"]
    verbose_name_plural = _("municipalities")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("municipality")


# What past years are counted by: a renewal with other terms is another partnership.
AGREED = ("target", "counting_rule", "reporting_year_month")


class PartnershipAdmin(StaffAdmin):
    list_display = ["name", "target", "counting_rule", "renews_on", "state"]
    list_filter = ["state"]
    search_fields = ["name"]
    ordering = ["name"]
    form = SeenForm
    inlines = [TermInline]
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

    def get_fieldsets(self, request, obj=None):
        """One set, which tells why some of it stands fast once a term has begun."""
        fixed = _("Target, counting and year stand fast: years were counted by them.")
        renew = _("A renewal with other terms is a new partnership.")
        told = f"{fixed} {renew}" if _has_begun(obj) else renew
        return [(None, {"fields": self.fields, "description": told})]

    def get_readonly_fields(self, request, obj=None):
        return AGREED if _has_begun(obj) else ()


def _has_begun(partnership: Partnership | None) -> bool:
    return (
        partnership is not None
        and partnership.terms.filter(starts_on__lte=timezone.localdate()).exists()
    )


class PostcodeAreaAdmin(ReadOnlyAdmin):
    """Postcodes to look up; `manage.py load_postcodes` writes them."""

    list_display = ["postcode", "place", "municipality", "flagged"]
    list_filter = ["flagged"]
    list_select_related = ["municipality"]
    search_fields = ["^postcode", "place"]
    ordering = ["postcode"]
    fields = ["postcode", "place", "municipality", "latitude", "longitude", "flagged"]


class SchoolHolidayAdmin(StaffAdmin):
    """School holidays; `manage.py load_school_holidays` adds those of the country."""

    list_display = ["name", "region", "first_on", "last_on"]
    list_filter = ["region"]
    search_fields = ["name"]
    ordering = ["-first_on", "region"]
    form = SeenForm
    fields = ["region", "name", "first_on", "last_on"]


site = OrganisationSite(name="organisation")
site.register(User, UserAdmin)
site.register(Coordinator, CoordinatorAdmin)
site.register(MunicipalityOfficial, OfficialAdmin)
site.register(Municipality, MunicipalityAdmin)
site.register(Partnership, PartnershipAdmin)
site.register(PostcodeArea, PostcodeAreaAdmin)
site.register(SchoolHoliday, SchoolHolidayAdmin)
site.register(Rules, RulesAdmin)
site.register(HouseRules, HouseRulesAdmin)
site.register(CheckedTranslation, CheckedTranslationAdmin)
