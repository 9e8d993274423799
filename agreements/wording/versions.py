"""Where a version stands, in words."""

from agreements.models import AgreementVersion
from agreements.wording.names import Names


def waits_for(version: AgreementVersion, names: Names) -> list[str]:
    """The families that must still say yes to a draft."""
    said = {one.side for one in version.confirmations.all()}
    if version.one_side_is_enough and said:
        return []
    sides = {"request": names.request.name, "support": names.support.name}
    return [name for side, name in sides.items() if side not in said]
