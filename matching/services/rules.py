"""The rules by which proposals are ranked."""

from matching.core.rules import DEFAULT_RULES, Weights
from matching.models import Rules


def rules_in_use() -> Rules:
    """The highest version; where none was written yet, those of a new organisation."""
    latest = Rules.objects.order_by("-version").first()
    return latest or Rules(
        version=DEFAULT_RULES["version"], weights=DEFAULT_RULES, reason="First rules."
    )


def weights_of(rules: Rules) -> Weights:
    """The rules as the engine reads them.

    Raises:
        ValueError: a number is missing, not known, or out of range.
    """
    return Weights.from_rules(rules.weights)


def written_down(rules: Rules) -> Rules:
    """The saved row of these rules, so that a proposal can point at it."""
    if rules.pk:
        return rules
    saved, _created = Rules.objects.get_or_create(
        version=rules.version,
        defaults={"weights": rules.weights, "reason": rules.reason},
    )
    return saved
