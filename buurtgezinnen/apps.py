from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The pages that show all apps, the two admin sites, figures, demo data."""

    name = "buurtgezinnen"
    verbose_name = "Buurtgezinnen"
