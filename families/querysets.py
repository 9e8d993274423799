"""Reads of families, each starting at who may see what."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

if TYPE_CHECKING:
    from families.models import Household, User


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows that belong to one municipality, reached over `municipality_path`."""

    municipality_path = "municipality"

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rows of the municipalities `user` coordinates; none for anybody else."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(**{f"{self.municipality_path}__in": user.municipalities()})


class HouseholdQuerySet(ScopedQuerySet):
    """Homes of families."""


class ImportRunQuerySet(models.QuerySet[Any]):
    """Files that somebody brings in: nobody else's business, also not a colleague's."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """What `user` brought in."""
        return self.none() if isinstance(user, AnonymousUser) else self.filter(by=user)


class LocationQuerySet(ScopedQuerySet):
    """Where a household is to be found, by dates."""

    municipality_path = "household__municipality"

    def current_on(self, day: dt.date) -> Self:
        """Locations that hold on `day`."""
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)


class PersonQuerySet(ScopedQuerySet):
    """People, seen through the households they live in."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """People who live today in a household that `user` may see.

        Somebody who moved away is not followed to where they live now.
        """
        memberships = apps.get_model("families", "Membership").objects.visible_to(user)
        lives_there = memberships.current_on(timezone.localdate())
        return self.filter(Exists(lives_there.filter(person=OuterRef("pk"))))


class MembershipQuerySet(ScopedQuerySet):
    """Who lives where, by dates."""

    municipality_path = "household__municipality"

    def current_on(self, day: dt.date | OuterRef) -> Self:
        """Memberships that hold on `day`."""
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)


class FamilyQuerySet(ScopedQuerySet):
    """Request and support families: roles of a household."""

    municipality_path = "household__municipality"


class SupportFamilyQuerySet(FamilyQuerySet):
    """Families that give support."""


class PlaceQuerySet(ScopedQuerySet):
    """Places of support families."""

    municipality_path = "family__household__municipality"


class WishQuerySet(ScopedQuerySet):
    """Support requests and support offers."""

    municipality_path = "family__household__municipality"

    def open(self) -> Self:
        """What has not ended, of its own accord or otherwise."""
        return self.exclude(stage__in=("ended", "withdrawn"))


class SupportRequestQuerySet(WishQuerySet):
    """What families ask."""

    def waiting(self) -> Self:
        """Requests that are ready to be matched."""
        return self.filter(stage="waiting")


class SupportOfferQuerySet(WishQuerySet):
    """What families give."""

    def available(self) -> Self:
        """Offers that may be proposed."""
        return self.filter(stage="available")

    def offered_to(self, user: "User | AnonymousUser") -> Self:
        """Own offers and those of neighbouring municipalities that take part.

        A neighbour's offer may be shown as an anonymous card only.
        """
        if isinstance(user, AnonymousUser):
            return self.none()
        own = user.municipalities()
        near = own.model.objects.filter(Q(pk__in=own) | Q(neighbours__in=own))
        return self.filter(**{f"{self.municipality_path}__in": near.values("pk")})


class StageChangeQuerySet(ScopedQuerySet):
    """The history of requests and offers."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Changes of the requests and offers that `user` may see."""
        if isinstance(user, AnonymousUser):
            return self.none()
        own = user.municipalities()
        return self.filter(
            Q(request__family__household__municipality__in=own)
            | Q(offer__family__household__municipality__in=own)
        )


class ScreeningCheckQuerySet(ScopedQuerySet):
    """Checks of the adults of a support family."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Checks of the people that `user` may see."""
        people = apps.get_model("families", "Person").objects.visible_to(user)
        return self.filter(person__in=people)

    def seen_in(self, household: "Household") -> Self:
        """Checks that were seen while the person lived in a household."""
        memberships = apps.get_model("families", "Membership").objects
        lived_there = memberships.current_on(OuterRef("seen_on")).filter(
            household=household, person=OuterRef("person")
        )
        return self.filter(Exists(lived_there))

    def current(self) -> Self:
        """The check that counts for each person and kind; older ones are history."""
        return self.filter(replaced_on=None)


class HouseholdRowQuerySet(ScopedQuerySet):
    """Rows that hang on a household: notes, tasks."""

    municipality_path = "household__municipality"


class ContactQuerySet(HouseholdRowQuerySet):
    """What was said with families."""

    def standing(self) -> Self:
        """Notes that were neither emptied nor taken back."""
        return self.filter(redacted_at=None)

    def readable_by(self, user: "User | AnonymousUser") -> Self:
        """Standing notes of which `user` may read the words."""
        if isinstance(user, AnonymousUser):
            return self.none()
        open_to_all = Q(sensitive=False) | Q(by=user)
        return self.visible_to(user).standing().filter(open_to_all)


class ContactAdditionQuerySet(ScopedQuerySet):
    """What was added to notes."""

    municipality_path = "contact__household__municipality"


class NoteDraftQuerySet(HouseholdRowQuerySet):
    """Notes that are not sent yet: only for who types them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Own drafts, about families that `user` may see."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return super().visible_to(user).filter(user=user)


class TaskQuerySet(HouseholdRowQuerySet):
    """What coordinators were promised to do."""

    def open(self) -> Self:
        """Tasks still to be done."""
        return self.filter(done_at=None)

    def for_coordinator(self, user: "User", *, on: dt.date) -> Self:
        """Tasks that `user` is to do: own ones, those of nobody, those deputised.

        A task of a colleague who no longer works there is everybody's, so that
        no promise disappears with a person.
        """
        coordinators = apps.get_model("families", "Coordinator").objects
        still_works_there = coordinators.filter(
            pk=OuterRef("coordinator"),
            municipalities=OuterRef("household__municipality"),
            user__is_active=True,
        )
        return self.filter(
            Q(coordinator=None)
            | Q(coordinator__user=user)
            | Q(
                coordinator__deputy__user=user,
                coordinator__deputy_from__lte=on,
                coordinator__deputy_until__gte=on,
            )
            | ~Exists(still_works_there)
        )

    def due_on(self, day: dt.date) -> Self:
        """Open tasks that ask attention on `day`."""
        return self.open().filter(
            Q(later_until=None) | Q(later_until__lte=day), due_on__lte=day
        )


class AppointmentQuerySet(models.QuerySet[Any]):
    """What stands in the agendas of coordinators."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those with families `user` may see; without a family only her own."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(
            Q(household__municipality__in=user.municipalities())
            | Q(household=None, coordinator__user=user)
        )

    def standing(self) -> Self:
        """Those that were not called off."""
        return self.filter(cancelled_at=None)


class PartnershipQuerySet(models.QuerySet[Any]):
    """Cooperation agreements between the organisation and municipalities."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """An official's own; those of a coordinator's municipalities."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(
            Q(officials__user=user) | Q(terms__municipality__in=user.municipalities())
        ).distinct()
