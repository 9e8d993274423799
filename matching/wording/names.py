"""How families are called on the screen of who may not know them all."""

from django.utils.functional import cached_property

from families.models import Household, User
from matching.wording import words


class Names:
    """How families are called on the screen of somebody who may not know them all."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def own(self) -> set[int]:
        """The municipalities of the user."""
        return set(self.user.municipalities().values_list("pk", flat=True))

    def knows(self, household: Household) -> bool:
        """Whether the household is of an own municipality."""
        return household.municipality_id in self.own

    def support(self, household: Household, *, told: bool = False) -> str:
        """A support family; by name when it is an own one or when names were told."""
        if told or self.knows(household):
            return words.family_name(household)
        return words.anonymous_support_family(household)

    def request(self, household: Household, *, told: bool = False) -> str:
        """A request family; by name when it is an own one or when names were told."""
        if told or self.knows(household):
            return words.family_name(household)
        return words.anonymous_request_family(household)
