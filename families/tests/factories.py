"""Makes the smallest valid rows of families; traits are states."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from families import moments
from families.encryption import blind_index
from families.models import (
    Appointment,
    CheckedTranslation,
    Coordinator,
    Household,
    Location,
    Membership,
    Municipality,
    MunicipalityOfficial,
    Partnership,
    PartnershipTerm,
    Person,
    Place,
    PostcodeArea,
    Referral,
    Referrer,
    RequestFamily,
    SchoolHoliday,
    ScreeningCheck,
    SupportFamily,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services.stages import start_stage
from families.vocabulary import Frequency, SupportKind, mask_of

JANUARY = dt.date(2026, 1, 5)
WEDNESDAY_AFTERNOON = moments.both_weeks(2, 1)


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality

    name = factory.Sequence(lambda n: f"Gemeente {n}")
    slug = factory.Sequence(lambda n: f"gemeente-{n}")
    cbs_code = factory.Sequence(lambda n: f"{n % 10_000:04}")


class PartnershipFactory(DjangoModelFactory):
    """An open partnership; `municipalities=[…]` belong to it from `starts_on`."""

    class Meta:
        model = Partnership
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Samenwerking {n}")
    target = 10

    @factory.post_generation
    def municipalities(self, create, extracted, **kwargs):
        for municipality in extracted or []:
            PartnershipTerm.objects.create(
                partnership=self,
                municipality=municipality,
                starts_on=kwargs.get("starts_on", dt.date(2025, 1, 1)),
            )


class PostcodeAreaFactory(DjangoModelFactory):
    class Meta:
        model = PostcodeArea

    municipality = factory.SubFactory(MunicipalityFactory)
    postcode = factory.Sequence(lambda n: f"{1000 + n % 9000}")
    place = factory.Sequence(lambda n: f"Plaats {n}")
    latitude = 52.267
    longitude = 4.748


class UserFactory(DjangoModelFactory):
    """Somebody who logs in, without any role yet."""

    class Meta:
        model = User

    class Params:
        organisation = factory.Trait(is_organisation=True, is_superuser=True)

    email = factory.Sequence(lambda n: f"medewerker{n}@buurt.example")
    name = factory.Sequence(lambda n: f"Medewerker {n}")


class CoordinatorFactory(DjangoModelFactory):
    """A coordinator of `municipalities=[…]`; of one new municipality by default."""

    class Meta:
        model = Coordinator
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    telephone = "+31611223344"

    @factory.post_generation
    def municipalities(self, create, extracted, **kwargs):
        own = extracted if extracted is not None else [MunicipalityFactory()]
        self.municipalities.set(own)


class CheckedTranslationFactory(DjangoModelFactory):
    """A language whose texts were read once, and changed since."""

    class Meta:
        model = CheckedTranslation

    language = factory.Iterator(["uk", "tr", "pl", "ar"])
    fingerprint = "0" * 64
    checked_on = JANUARY
    checked_by = "Iza Voorbeeld"


class SchoolHolidayFactory(DjangoModelFactory):
    """Nine days off in the North; each next one a fortnight later."""

    class Meta:
        model = SchoolHoliday

    region = "north"
    name = "Herfstvakantie"
    first_on = factory.Sequence(lambda n: JANUARY + dt.timedelta(weeks=2 * n))
    last_on = factory.LazyAttribute(lambda one: one.first_on + dt.timedelta(days=8))


class OfficialFactory(DjangoModelFactory):
    """An official of `partnerships=[…]`; of one new partnership by default."""

    class Meta:
        model = MunicipalityOfficial
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)

    @factory.post_generation
    def partnerships(self, create, extracted, **kwargs):
        own = extracted if extracted is not None else [PartnershipFactory()]
        self.partnerships.set(own)


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    name = factory.Sequence(lambda n: f"Achternaam{n}")
    municipality = factory.SubFactory(MunicipalityFactory)


class LocationFactory(DjangoModelFactory):
    """A home in Aalsmeer."""

    class Meta:
        model = Location

    household = factory.SubFactory(HouseholdFactory)
    from_on = JANUARY
    latitude = 52.267
    longitude = 4.748


class PersonFactory(DjangoModelFactory):
    """An adult whose age nobody asked; `child` is six years old in 2026."""

    class Meta:
        model = Person

    class Params:
        child = factory.Trait(
            name=factory.Sequence(lambda n: f"Kind{n}"), birth_year=2020, birth_month=3
        )

    name = factory.Sequence(lambda n: f"Voornaam{n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    household = factory.SubFactory(HouseholdFactory)
    role = Membership.Role.PARENT
    from_on = JANUARY


class RequestFamilyFactory(DjangoModelFactory):
    class Meta:
        model = RequestFamily

    household = factory.SubFactory(HouseholdFactory)


class SupportFamilyFactory(DjangoModelFactory):
    """A family with `places=1` unless said otherwise."""

    class Meta:
        model = SupportFamily
        skip_postgeneration_save = True

    household = factory.SubFactory(HouseholdFactory)

    @factory.post_generation
    def places(self, create, extracted, **kwargs):
        for number in range(1, (1 if extracted is None else extracted) + 1):
            Place.objects.create(family=self, number=number)


class SupportRequestFactory(DjangoModelFactory):
    """A request that waits, for one child of six on Wednesday afternoons."""

    class Meta:
        model = SupportRequest
        skip_postgeneration_save = True

    class Params:
        applied = factory.Trait(stage=SupportRequest.Stage.APPLIED)

    family = factory.SubFactory(RequestFamilyFactory)
    kinds = mask_of([SupportKind.PLAY])
    moments = WEDNESDAY_AFTERNOON
    frequency = Frequency.WEEKLY
    stage = SupportRequest.Stage.WAITING
    waiting_since = JANUARY

    @factory.post_generation
    def children(self, create, extracted, **kwargs):
        if extracted is None:
            child = PersonFactory(child=True)
            MembershipFactory(
                person=child, household=self.family.household, role="child"
            )
            extracted = [child]
        self.children.set(extracted)

    @factory.post_generation
    def history(self, create, extracted, **kwargs):
        start_stage(self, on=self.waiting_since, by=None)


class SupportOfferFactory(DjangoModelFactory):
    """An available offer on Wednesday afternoons, for children from 4 to 10."""

    class Meta:
        model = SupportOffer
        skip_postgeneration_save = True

    family = factory.SubFactory(SupportFamilyFactory)
    kinds = mask_of([SupportKind.PLAY, SupportKind.MEAL])
    moments = WEDNESDAY_AFTERNOON
    frequency = Frequency.WEEKLY
    ages = mask_of(range(4, 11))
    children_at_once = 2
    stage = SupportOffer.Stage.AVAILABLE
    waiting_since = JANUARY

    @factory.post_generation
    def history(self, create, extracted, **kwargs):
        start_stage(self, on=self.waiting_since, by=None)


class ScreeningCheckFactory(DjangoModelFactory):
    """A VOG that was asked; `shown` was seen by a coordinator."""

    class Meta:
        model = ScreeningCheck

    class Params:
        shown = factory.Trait(
            state=ScreeningCheck.State.SHOWN,
            seen_on=JANUARY,
            seen_by=factory.SubFactory(UserFactory),
        )

    person = factory.SubFactory(PersonFactory)
    kind = ScreeningCheck.Kind.VOG
    state = ScreeningCheck.State.ASKED
    asked_on = JANUARY


class TaskFactory(DjangoModelFactory):
    class Meta:
        model = Task

    household = factory.SubFactory(HouseholdFactory)
    kind = Task.Kind.NEXT_STEP
    due_on = JANUARY


class AppointmentFactory(DjangoModelFactory):
    """A talk of an hour with a family, in the agenda of a coordinator of it."""

    class Meta:
        model = Appointment

    household = factory.SubFactory(HouseholdFactory)
    coordinator = factory.LazyAttribute(
        lambda one: CoordinatorFactory(municipalities=[one.household.municipality])
    )
    kind = Appointment.Kind.TALK
    starts_at = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
    made_by = factory.SelfAttribute("coordinator.user")


class ReferrerFactory(DjangoModelFactory):
    """Somebody at a school, known by an address."""

    class Meta:
        model = Referrer

    name = factory.Sequence(lambda n: f"Verwijzer{n} Voorbeeld")
    organisation = "Basisschool De Wilg"
    profession = Referrer.Profession.SCHOOL
    telephone = "+31201234567"
    email = factory.Sequence(lambda n: f"verwijzer{n}@school.example")
    email_index = factory.LazyAttribute(
        lambda referrer: blind_index("email", referrer.email)
    )


class ReferralFactory(DjangoModelFactory):
    """A family of which a professional told."""

    class Meta:
        model = Referral

    referrer = factory.SubFactory(ReferrerFactory)
    household = factory.SubFactory(HouseholdFactory)
    parents_agreed_on = JANUARY
