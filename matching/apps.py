from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    """Proposals and pairings, and the engine that finds them."""

    name = "matching"
    verbose_name = _("Matching")
