"""What agreements offer to the page of a pairing, which another app makes."""

from typing import Any

from django import template
from django.utils import timezone

from agreements.panels import pairing as of_pairing
from families.panels import Panel
from matching.models import Pairing

register = template.Library()


@register.simple_tag(takes_context=True)
def what_holds(context: dict[str, Any], pairing: Pairing) -> Panel | None:
    """What holds in a pairing today, for who looks; None where that is not for them."""
    user = context["request"].user
    return of_pairing.panel(pairing, user=user, on=timezone.localdate())
