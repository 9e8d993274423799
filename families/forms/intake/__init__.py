"""The pages of both applications: each form asks, reads and repeats one question."""

from families.forms.intake.consent import (
    CONSENT_VERSION,
    ConsentForm,
    RequestConsentForm,
    SupportConsentForm,
)
from families.forms.intake.contact import ContactForm
from families.forms.intake.giving import (
    ExperienceForm,
    LimitsForm,
    SupportContactForm,
    SupportFrequencyForm,
    SupportKindsForm,
    SupportMomentsForm,
    VogForm,
    support_told,
)
from families.forms.intake.language import LanguageForm
from families.forms.intake.people import ChildrenForm, HomePeopleForm, RowsForm
from families.forms.intake.place import (
    NoAddressForm,
    PostcodeForm,
    WhichMunicipalityForm,
)
from families.forms.intake.step import StepForm
from families.forms.intake.support import (
    LikesForm,
    MattersForm,
    RequestFrequencyForm,
    RequestKindsForm,
    RequestMomentsForm,
)

__all__ = [
    "CONSENT_VERSION",
    "ChildrenForm",
    "ConsentForm",
    "ContactForm",
    "ExperienceForm",
    "HomePeopleForm",
    "LanguageForm",
    "LikesForm",
    "LimitsForm",
    "MattersForm",
    "NoAddressForm",
    "PostcodeForm",
    "RequestConsentForm",
    "RequestFrequencyForm",
    "RequestKindsForm",
    "RequestMomentsForm",
    "RowsForm",
    "StepForm",
    "SupportConsentForm",
    "SupportContactForm",
    "SupportFrequencyForm",
    "SupportKindsForm",
    "SupportMomentsForm",
    "VogForm",
    "WhichMunicipalityForm",
    "support_told",
]
