"""What both admin sites have in common: who gets in, and what they never do."""

from functools import update_wrapper
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import (
    ALL_VAR,
    ERROR_FLAG,
    IS_FACETS_VAR,
    IS_POPUP_VAR,
    ORDER_VAR,
    PAGE_VAR,
    SEARCH_VAR,
    TO_FIELD_VAR,
)
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from buurtgezinnen.fairness import Scope
from buurtgezinnen.views.fairness import file_of, panel_of
from families.services import audit

# Django's own pages that would go round the login of the site, or that turn the key
# of any object into the address of its page.
LEFT_OUT = {"logout", "password_change", "password_change_done", "view_on_site"}
LIST_PARAMETERS = {
    ALL_VAR,
    ERROR_FLAG,
    IS_FACETS_VAR,
    IS_POPUP_VAR,
    ORDER_VAR,
    PAGE_VAR,
    SEARCH_VAR,
    TO_FIELD_VAR,
}


class StaffSite(admin.AdminSite):
    """An admin site that does not exist for people who may not use it."""

    site_url = None
    enable_nav_sidebar = False

    def admin_view(self, view, cacheable=False):  # noqa: FBT002 - as Django has it
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def get_urls(self):
        own = [
            path("eerlijk/", self.admin_view(self.fairness), name="fairness"),
            path(
                "eerlijk/tabel.csv",
                self.admin_view(self.fairness_file),
                name="fairness-file",
            ),
        ]
        library = [
            url
            for url in super().get_urls()
            if getattr(url, "name", None) not in LEFT_OUT
        ]
        return own + library

    def fairness_scope(self, request: HttpRequest) -> Scope:
        """Of which municipalities the reader may know the fairness panel."""
        raise NotImplementedError

    @method_decorator(require_safe)
    def fairness(self, request: HttpRequest) -> HttpResponse:
        """The fairness panel: numbers about many families, none of one."""
        file_url = reverse("admin:fairness-file", current_app=self.name)
        asked = request.GET.urlencode()
        context = {
            **self.each_context(request),
            **panel_of(self.fairness_scope(request)),
            "title": _("Fair matching"),
            "file_url": f"{file_url}?{asked}" if asked else file_url,
        }
        request.current_app = self.name
        return render(request, "admin/fairness.html", context)

    @method_decorator(require_safe)
    def fairness_file(self, request: HttpRequest) -> HttpResponse:
        """The same numbers for a spreadsheet."""
        return file_of(self.fairness_scope(request))

    @method_decorator([never_cache, login_not_required])
    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """The login of the whole site, with its second factor; there is no other."""
        index = reverse("admin:index", current_app=self.name)
        if request.user.is_authenticated:
            return redirect(index)
        return redirect_to_login(request.GET.get("next") or index)

    def app_index(self, request, app_label, extra_context=None):
        """The index: which app a model lives in says nothing to who works here."""
        return redirect(reverse("admin:index", current_app=self.name))

    def get_log_entries(self, request):
        """None: `families.services.audit` keeps the log, without names."""
        return super().get_log_entries(request).none()


class SeenForm(forms.ModelForm):
    """A form that refuses to undo what a colleague saved since it was opened."""

    @property
    def seen(self) -> str:
        """A hash of the values that the page showed, which travels with the page.

        After a refusal it stays the old one: only opening the page again shows what
        the colleague saved.
        """
        return self.data.get("seen") or self._stored()

    def clean(self):
        cleaned = super().clean()
        existing = self.instance.pk is not None
        if existing and not constant_time_compare(self.seen, self._stored()):
            raise forms.ValidationError(
                _("A colleague changed this meanwhile. Open the page again.")
            )
        return cleaned

    def _stored(self) -> str:
        values = [
            f"{name}={_in_one_order(self.initial[name])}"
            for name in sorted(self.initial.keys() & self.fields.keys())
        ]
        return salted_hmac("buurtgezinnen.admin.seen", "\n".join(values)).hexdigest()


def _in_one_order(value: object) -> object:
    """A value as it is, or the rows of a choice of many by their keys."""
    return sorted(row.pk for row in value) if isinstance(value, list) else value


class StaffAdmin(admin.ModelAdmin):
    """A model in an admin site: audited, never deleted, asked by its filters only."""

    class Media:
        js = ["js/admin.js"]

    show_full_result_count = False
    list_per_page = 50
    # What to do while the list is empty, as one or two sentences.
    when_empty: Any = ""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.admin_site.has_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def history_view(self, request, object_id, extra_context=None):
        raise Http404

    def _filter_parameters(self, request: HttpRequest) -> set[str]:
        return {
            f"{name}__{lookup}"
            for name in self.get_list_filter(request)
            for lookup in ("exact", "isnull", "id__exact")
        }

    def lookup_allowed(self, lookup, value, request):
        return lookup in self._filter_parameters(request)

    def changelist_view(self, request, extra_context=None):
        """The list. Any other question than its own filters gets one answer.

        Django would ask the database: `?households__name__icontains=x` would tell,
        letter by letter, what the page does not show.
        """
        known = LIST_PARAMETERS | self._filter_parameters(request)
        if not known.issuperset(request.GET):
            return redirect(f"{request.path}?{ERROR_FLAG}=1")
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """The form; 422 when it is wrong, as everywhere on the site."""
        response = super().changeform_view(request, object_id, form_url, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "title" in context:
            # Django begins with the name of the model, where the language does.
            context["title"] = capfirst(context["title"])
        if request.method == "POST" and context.get("errors"):
            response.status_code = 422
        return response

    def construct_change_message(self, request, form, formsets, add=False):  # noqa: FBT002
        """Names of what changed, for the audit row: never a value."""
        changed = set(form.changed_data)
        for formset in formsets or ():
            if formset.has_changed():
                changed.add(formset.model._meta.model_name)
        return sorted(changed)

    def log_addition(self, request: HttpRequest, obj: models.Model, message):
        return audit.record(obj, verb="created", by=request.user, fields=message)

    def log_change(self, request: HttpRequest, obj: models.Model, message):
        return audit.record(obj, verb="changed", by=request.user, fields=message)


class ReadOnlyAdmin(StaffAdmin):
    """A model that is only read in an admin site."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class StaffInline(admin.StackedInline):
    """Rows of another model on a page, never deleted."""

    can_delete = False
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.admin_site.has_permission(request)

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
