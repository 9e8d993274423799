"""Which support families a coordinator may propose."""

from django.db.models import Q, QuerySet

from families.models import SupportOffer, User


def may_be_proposed_by(user: User) -> QuerySet[SupportOffer]:
    """Own offers in any stage, and those across the border that are available."""
    own = SupportOffer.objects.visible_to(user)
    near = SupportOffer.objects.offered_to(user).available()
    return SupportOffer.objects.filter(
        Q(pk__in=own.values("pk")) | Q(pk__in=near.values("pk"))
    )
