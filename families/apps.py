from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FamiliesConfig(AppConfig):
    """Who: families, children, staff, municipalities, and how we reach them."""

    name = "families"
    verbose_name = _("Families")
