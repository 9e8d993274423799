from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    """What each pair agreed on, since when, and who said yes."""

    name = "agreements"
    verbose_name = _("Agreements")
