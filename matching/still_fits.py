"""Whether what runs is still what both families say; words only, nothing stops."""

from django.utils.translation import gettext as _

from matching.models import Pairing


def no_longer_said(pairing: Pairing) -> list[str]:
    """What the agreements of a running pairing hold and a family says no more."""
    if pairing.ended_on is not None:
        return []
    said = {
        _("The agreements are at moments that the support family gives no more."): (
            pairing.offer.moments
        ),
        _("The agreements are at moments that the request family asks no more."): (
            pairing.request.moments
        ),
    }
    return [
        words
        for words, moments in said.items()
        if moments is not None and pairing.occupied_moments & ~moments
    ]
