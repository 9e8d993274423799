"""Every address of the site, and who may do what there. A new one needs a row here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from django.core import signing
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from agreements.models import (
    Asking,
    ExtraVisit,
    ItemException,
    Pause,
    WantedChange,
)
from buurtgezinnen.tests.world import NOWHERE, World
from families.models import (
    ChildSaid,
    Consent,
    CustodyHolder,
    ImportRun,
    OwnRequest,
    Person,
)
from families.views.work import UNDO_SALT


class Who(Enum):
    """Whose page it is; everybody else is a stranger there."""

    ANYBODY = "no login"
    LOGGED_IN = "everybody who is logged in"
    COORDINATOR = "coordinators of any municipality"
    OWN_COORDINATOR = "coordinators of the municipality of the thing"
    OFFICIAL = "officials"
    OWN_OFFICIAL = "officials of the partnership"
    OFFICE = "the organisation's office"
    STAFF = "officials and the office"


@dataclass(frozen=True)
class Address:
    """What one address answers.

    Attributes:
        who: whose page it is.
        get: the status of a GET for whose page it is; 405 where it only takes posts.
        post: whether it takes posts.
        of: the arguments of the address for the things of a world.
        send: what a post must name to mean something; most may be empty.
        once_in: the status of a GET for somebody who is logged in, if that differs.
        nobody: the same for somebody without any role.
        library: a page of Django or allauth, which may take a method as another.
    """

    who: Who
    get: int = 200
    post: bool = False
    of: Callable[[World], dict[str, object]] = field(default=lambda world: {})
    send: Callable[[World], dict[str, object]] = field(default=lambda world: {})
    once_in: int = 0
    nobody: int = 0
    library: bool = False

    def url(self, name: str, world: World) -> str:
        """The address itself; `name` is a pattern where it has no name."""
        given = self.of(world)
        if "/" not in name:
            return reverse(name, kwargs=given)
        for key, value in given.items():
            name = name.replace(f"<path:{key}>", str(value))
        return "/" + name.replace("(?P<url>.*)$", "bestaat-niet/")


def of_asking(world: World) -> dict[str, object]:
    return {"reference": world.asking.reference}


def of_note(world: World) -> dict[str, object]:
    return {"reference": world.asking.reference, "note": world.note.form_key}


def of_giving(world: World) -> dict[str, object]:
    return {"reference": world.giving.reference}


def of_wish(world: World) -> dict[str, object]:
    return {"reference": world.asking.reference, "wish": world.request.reference}


def of_adult(world: World) -> dict[str, object]:
    return {"reference": world.giving.reference, "person": world.adult.reference}


def of_check(world: World) -> dict[str, object]:
    return {"reference": world.giving.reference, "check": "huisbezoek"}


def of_request(world: World) -> dict[str, object]:
    return {"reference": world.request.reference}


def of_referral(world: World) -> dict[str, object]:
    return of_asking(world) | {"referral": world.referral.reference}


def of_pair(world: World) -> dict[str, object]:
    return {"reference": world.request.reference, "offer": world.offer.reference}


def of_excluded(world: World) -> dict[str, object]:
    return {
        "reference": world.request.reference,
        "offer": world.excluded_offer.reference,
    }


def of_proposal(world: World) -> dict[str, object]:
    return {"reference": world.proposal.reference}


def of_draft(world: World) -> dict[str, object]:
    return {"reference": world.pairing.reference, "number": world.draft.number}


def of_draft_side(world: World) -> dict[str, object]:
    return of_draft(world) | {"side": "steungezin"}


def of_double(world: World) -> dict[str, object]:
    return {"reference": world.double.reference}


def of_file(world: World) -> dict[str, object]:
    """A file that was checked, with a row that has a mistake."""
    if not isinstance(world, World):
        return {"reference": NOWHERE}
    run, _made = ImportRun.objects.get_or_create(
        by=world.coordinator.user,
        n_wrong=1,
        defaults={
            "state": ImportRun.State.CHECKED,
            "headers": '["Naam"]',
            "found": '[[2, "name", "Vul de naam in.", true, ""]]',
            "n_rows": 1,
        },
    )
    return {"reference": run.reference}


def of_wrong_rows(world: World) -> dict[str, object]:
    return of_file(world) | {"kind": "csv"}


def of_pairing(world: World) -> dict[str, object]:
    return {"reference": world.pairing.reference}


def of_evaluation(world: World) -> dict[str, object]:
    return {
        "reference": world.pairing.reference,
        "evaluation": world.evaluation.reference,
    }


def of_evaluated(world: World) -> dict[str, object]:
    return of_evaluation(world) | {"side": "steungezin"}


def of_version(world: World) -> dict[str, object]:
    return {"reference": world.pairing.reference, "number": world.version.number}


def anybody(*, get: int = 200, post: bool = False, **of: object) -> Address:
    return Address(Who.ANYBODY, get, post=post, of=lambda world: of)


def coordinators(*, get: int = 200, post: bool = False) -> Address:
    return Address(Who.COORDINATOR, get, post=post)


def own(
    of: Callable[[World], dict[str, object]],
    *,
    get: int = 200,
    post: bool = False,
    send: Callable[[World], dict[str, object]] = lambda world: {},
) -> Address:
    return Address(Who.OWN_COORDINATOR, get, post=post, of=of, send=send)


def task(world: World) -> dict[str, object]:
    return {"task": world.task.pk, "wait": "week"}


def undo(world: World) -> dict[str, object]:
    before = [world.task.pk, "2026-01-05", None]
    return {"token": signing.dumps(before, salt=UNDO_SALT)}


def stage(world: World) -> dict[str, object]:
    return {"to": "back", "shown": world.request.stage}


def parent(world: World) -> dict[str, object]:
    """A grown-up of the family that asks; nobody where there is no family."""
    if not isinstance(world, World):
        return {"person": NOWHERE}
    parents = world.asking.memberships.filter(role="parent").select_related("person")
    return {"person": parents.earliest("pk").person.reference}


def of_parent(world: World) -> dict[str, object]:
    """What a grown-up of the family that asks may have agreed to."""
    return of_asking(world) | parent(world) | {"purpose": "verwijzer"}


def of_consent(world: World) -> dict[str, object]:
    """The same, where it holds now."""
    given = of_parent(world)
    if isinstance(world, World):
        Consent.objects.get_or_create(
            person=Person.objects.get(reference=given["person"]),
            purpose=Consent.Purpose.TELL_REFERRER,
            withdrawn_at=None,
            defaults={"text_version": "2026-11", "given_at": timezone.now()},
        )
    return given


def of_text(world: World) -> dict[str, object]:
    return of_asking(world) | {"purpose": "zoeken", "version": "2026-11"}


def of_own_request(world: World) -> dict[str, object]:
    """Something that a family says is not right."""
    if not isinstance(world, World):
        return of_asking(world) | {"asked": NOWHERE}
    asked, _made = OwnRequest.objects.get_or_create(
        household=world.asking,
        kind=OwnRequest.Kind.CORRECT,
        settled_at=None,
        defaults={"asked_at": timezone.now(), "due_on": timezone.localdate()},
    )
    return of_asking(world) | {"asked": asked.reference}


def of_holder(world: World) -> dict[str, object]:
    """Somebody else with custody of the children of a request."""
    if not isinstance(world, World):
        return of_wish(world) | {"holder": NOWHERE}
    holder, _made = CustodyHolder.objects.get_or_create(
        request=world.request, relation=CustodyHolder.Relation.PARENT
    )
    return of_wish(world) | {"holder": holder.reference}


def of_child(world: World) -> dict[str, object]:
    """A child that said something itself."""
    if not isinstance(world, World):
        return of_wish(world) | {"child": NOWHERE}
    child = world.request.children.order_by("pk")[0]
    ChildSaid.objects.get_or_create(
        request=world.request,
        child=child,
        replaced_at=None,
        defaults={
            "said": ChildSaid.Said.YES,
            "said_on": timezone.localdate(),
            "by": world.coordinator.user,
        },
    )
    return of_wish(world) | {"child": child.reference}


def of_appointment(world: World) -> dict[str, object]:
    return {"reference": world.appointment.reference}


def question(world: World) -> dict[str, object]:
    return {"household": world.asking.reference, "text": "Wanneer kunnen ze?"}


def side(world: World) -> dict[str, object]:
    return {"side": "support"}


def pause(world: World) -> dict[str, object]:
    return {"pause": first_of(Pause, world)}


def exception(world: World) -> dict[str, object]:
    return {"exception": first_of(ItemException, world)}


def visit(world: World) -> dict[str, object]:
    return {"visit": first_of(ExtraVisit, world)}


def first_of(model: type[Model], world: World) -> int:
    """The key of the first row of the agreements of a world; 0 where there is none."""
    found = model.objects.filter(agreement__pairing=world.pairing.pk)
    return found.order_by("pk").values_list("pk", flat=True).first() or 0


def asked(world: World) -> dict[str, object]:
    return {"asking": of_a_version(Asking, world)}


def wanted(world: World) -> dict[str, object]:
    return {"wanted": of_a_version(WantedChange, world)}


def of_a_version(model: type[Model], world: World) -> int:
    """The key of the first row of the versions of a world; 0 where there is none."""
    found = model.objects.filter(version__agreement__pairing=world.pairing.pk)
    return found.order_by("pk").values_list("pk", flat=True).first() or 0


NO_GET = 405

PUBLIC = {
    "home": anybody(),
    "livez": anybody(),
    "calendar-feed": anybody(get=404),
    "healthz": anybody(),
    "intake:start": anybody(kind="steun-vragen"),
    "intake:step": anybody(post=True, kind="steun-vragen", slug="postcode"),
    "intake:callback": anybody(post=True, kind="steun-vragen"),
    "intake:later": anybody(get=302, post=True, kind="steun-vragen"),
    "intake:resume": anybody(post=True),
    "intake:resume-link": Address(
        Who.ANYBODY, post=True, of=lambda world: {"token": world.resume_token}
    ),
    "exit": anybody(get=303),
    "safety": anybody(),
    "privacy": anybody(),
    "accessibility": anybody(),
    "contact": anybody(),
    "intake:check": anybody(get=302, post=True, kind="steun-vragen"),
    "intake:done": anybody(get=302, post=True, kind="steun-vragen"),
    "intake:refer-start": anybody(post=True),
    "intake:refer-talk-first": anybody(),
    "intake:refer-step": anybody(get=302, post=True, slug="over-jou"),
    "intake:refer-check": anybody(get=302, post=True),
    "intake:refer-done": anybody(get=302),
    "intake:refer-list": anybody(post=True),
    "intake:refer-list-asked": anybody(),
    "intake:refer-list-link": Address(
        Who.ANYBODY, of=lambda world: {"token": world.list_token}
    ),
    "mine-link": Address(
        Who.ANYBODY, post=True, of=lambda world: {"token": world.token}
    ),
    "mine-login": anybody(post=True),
    "mine-code": anybody(get=302, post=True),
    "mine-leave": anybody(get=NO_GET, post=True),
    # Whoever is not in goes to the door.
    "mine-home": anybody(get=302),
    "mine-agreements": anybody(get=302),
    "mine-open": anybody(get=NO_GET, post=True),
    "mine-call": anybody(get=302, post=True),
    "mine-reach": anybody(get=302, post=True),
    "mine-rest": anybody(get=302, post=True),
    "mine-data": anybody(get=302),
    "mine-data-all": anybody(get=302),
    "mine-data-download": anybody(get=302),
    "mine-data-correct": anybody(get=302, post=True),
    "mine-data-erase": anybody(get=302, post=True),
    "mine-consent": anybody(get=302),
    "mine-consent-withdraw": anybody(get=302, post=True, slug="zoeken"),
    "mine-undo": anybody(get=NO_GET, post=True, own_request=NOWHERE),
    "matching:answer": Address(
        Who.ANYBODY, post=True, of=lambda world: {"token": world.answer_token}
    ),
    "agreements:answer": Address(
        Who.ANYBODY, post=True, of=lambda world: {"token": world.yes_token}
    ),
    "agreements:evaluation-link": Address(
        Who.ANYBODY, post=True, of=lambda world: {"token": world.evaluation_token}
    ),
}
WORK = {
    "today": coordinators(),
    "agenda": coordinators(),
    "calendar-settings": coordinators(post=True),
    "appointment-create": coordinators(post=True),
    "appointment": own(of_appointment, post=True),
    "appointment-cancel": own(of_appointment, get=NO_GET, post=True),
    "appointment-restore": own(of_appointment, get=NO_GET, post=True),
    "more": coordinators(),
    "search": coordinators(post=True),
    "privacy-switch": coordinators(get=NO_GET, post=True),
    "theme": coordinators(get=NO_GET, post=True),
    "keys-switch": coordinators(get=NO_GET, post=True),
    "help": coordinators(),
    "help-words": coordinators(),
    "help-keys": coordinators(),
    "families:double": own(of_double, post=True),
    "families:double-different": own(of_double, get=405, post=True),
    "families:double-undo": own(of_double, get=405, post=True),
    "families:family-list": coordinators(),
    "families:application-new": coordinators(),
    "families:application-take": Address(
        Who.COORDINATOR, post=True, of=lambda world: {"side": "steun-vragen"}
    ),
    "families:application-taken": own(of_asking),
    "families:contact-create": coordinators(),
    "matching:request-list": coordinators(),
    "matching:plan": coordinators(post=True),
    "matching:plan-ready": coordinators(get=NO_GET, post=True),
    "matching:recruitment": coordinators(post=True),
    "family-export": own(of_asking, post=True),
    "import-new": coordinators(post=True),
    "import-template": Address(Who.COORDINATOR, of=lambda world: {"kind": "csv"}),
    "import-run": own(of_file),
    "import-columns": own(of_file, post=True),
    "import-start": own(of_file, get=NO_GET, post=True),
    "import-wrong": own(of_wrong_rows),
    "fairness": coordinators(),
    "fairness-file": coordinators(),
    "report": coordinators(),
    "year-end": coordinators(),
    "year-end-list": Address(Who.COORDINATOR, of=lambda world: {"check": "stil"}),
    "report-file": coordinators(),
    "report-list": Address(Who.COORDINATOR, of=lambda world: {"figure": "lopend-eind"}),
    "matching:pairing-list": coordinators(),
    "family-detail": own(of_asking),
    "family-course": own(of_asking),
    "families:contact-note": own(of_asking, post=True),
    "families:contact-draft": own(of_asking, get=NO_GET, post=True),
    "families:contact-no-answer": own(of_asking, get=NO_GET, post=True),
    "families:note-change": own(of_note, post=True),
    "families:note-add": own(of_note, post=True),
    "families:note-take-back": own(of_note, get=NO_GET, post=True),
    "families:note-redact": own(of_note, post=True),
    "families:task-later": own(of_asking, get=NO_GET, post=True, send=task),
    "families:task-restore": own(of_asking, get=NO_GET, post=True, send=undo),
    "families:task-today": own(of_asking, get=NO_GET, post=True, send=task),
    "families:task-done": own(of_asking, get=NO_GET, post=True, send=task),
    "families:task-reopen": own(of_asking, get=NO_GET, post=True, send=task),
    "families:wish-list": own(of_asking),
    "families:family-facts": own(of_asking, post=True),
    "families:consent-list": own(of_asking),
    "families:consent-give": own(of_parent, post=True),
    "families:consent-text": own(of_text),
    "consent-withdraw": own(of_consent, post=True),
    "families:own-requests": own(of_asking),
    "families:own-request": own(of_own_request, post=True),
    "families:custody": own(of_wish, post=True),
    "families:custody-holder": own(of_holder, post=True),
    "families:custody-remove": own(of_holder, get=NO_GET, post=True),
    "families:child-said": own(of_child, post=True),
    "families:referral-invite": own(of_referral, get=NO_GET, post=True),
    "families:wish-edit": own(of_wish, post=True),
    "families:wish-split": own(of_wish, get=302, post=True),
    "families:wish-merge": own(of_wish, get=302, post=True),
    "families:wish-ready": own(of_wish, post=True),
    "families:wish-close": own(of_wish, post=True),
    "families:wish-pause": own(of_wish, post=True),
    "families:login-code": own(of_asking, get=302, post=True, send=parent),
    "families:wish-stage": own(of_wish, get=NO_GET, post=True, send=stage),
    "families:screening": own(of_giving),
    "families:screening-ask": own(of_adult, get=NO_GET, post=True),
    "families:screening-applied": own(of_adult, post=True),
    "families:screening-shown": own(of_adult, post=True),
    "families:screening-not-given": own(of_adult, post=True),
    "families:screening-vog-back": own(of_adult, get=NO_GET, post=True),
    "families:screening-done": own(of_check, post=True),
    "families:screening-not-needed": own(of_check, post=True),
    "families:screening-back": own(of_check, get=NO_GET, post=True),
    "matching:bench": own(of_request),
    "matching:bench-changed": own(of_request),
    # Nobody chosen leads back to the workbench.
    "matching:compare": own(of_request, get=302),
    "matching:question-ask": own(of_request, get=NO_GET, post=True, send=question),
    "matching:question-drop": own(of_request, get=NO_GET, post=True),
    "matching:request-later": own(of_request, post=True),
    "matching:offer-exclude": own(of_pair, post=True),
    "matching:exclusion-lift": own(of_excluded, get=NO_GET, post=True),
    "matching:offer-end": own(
        lambda world: {"reference": world.excluded_offer.reference}, post=True
    ),
    "matching:proposal-create": own(of_pair, post=True),
    "matching:proposal-detail": own(of_proposal, post=True),
    "matching:proposal-withdraw": own(of_proposal, post=True),
    "matching:proposal-ask": own(of_proposal, get=NO_GET, post=True, send=side),
    "matching:proposal-text": own(of_proposal, get=NO_GET, post=True, send=side),
    "matching:proposal-undo": own(of_proposal, get=NO_GET, post=True),
    "matching:lesson-decide": own(of_proposal, get=NO_GET, post=True),
    "matching:lesson-undo": own(of_proposal, get=NO_GET, post=True),
    "matching:pairing-start": own(of_proposal, get=NO_GET, post=True),
    "matching:pairing-detail": own(of_pairing),
    "matching:pairing-step": own(of_pairing, get=NO_GET, post=True),
    "matching:pairing-step-back": own(of_pairing, get=NO_GET, post=True),
    "matching:pairing-child": own(of_pairing, get=NO_GET, post=True),
    "matching:place-free": own(of_pairing, get=NO_GET, post=True),
    "agreements:pairing-end": own(of_pairing, post=True),
    "agreements:strain": own(of_pairing, post=True),
    "agreements:strain-talk": own(of_pairing, get=NO_GET, post=True),
    "agreements:strain-look-again": own(of_pairing, get=NO_GET, post=True),
    "agreements:strain-close": own(of_pairing, get=NO_GET, post=True),
    "agreements:house-rules": coordinators(),
    "agreements:house-rules-numbered": Address(
        Who.COORDINATOR, of=lambda world: {"number": 1}
    ),
    "agreements:agreement-detail": own(of_pairing),
    "agreements:agreement-timeline": own(of_pairing),
    "agreements:agreement-as-of": own(of_pairing),
    "agreements:pause-list": own(of_pairing, post=True),
    "agreements:pause-end": own(of_pairing, get=NO_GET, post=True, send=pause),
    "agreements:pause-undo": own(of_pairing, get=NO_GET, post=True, send=pause),
    "agreements:exception-list": own(of_pairing, post=True),
    "agreements:exception-undo": own(of_pairing, get=NO_GET, post=True, send=exception),
    "agreements:visit-list": own(of_pairing, post=True),
    "agreements:visit-undo": own(of_pairing, get=NO_GET, post=True, send=visit),
    "agreements:agreement-change": own(of_pairing, post=True),
    "agreements:agreement-stop": own(of_pairing, post=True),
    "agreements:evaluation-list": own(of_pairing, post=True),
    "agreements:evaluation-detail": own(of_evaluation),
    "agreements:evaluation-answers": own(of_evaluated, post=True),
    "agreements:evaluation-ask": own(of_evaluated, get=NO_GET, post=True),
    "agreements:evaluation-unask": own(of_evaluated, get=NO_GET, post=True),
    "agreements:evaluation-text": own(of_evaluated, get=302, post=True),
    "agreements:evaluation-close": own(of_evaluation, get=NO_GET, post=True),
    "agreements:evaluation-reopen": own(of_evaluation, get=NO_GET, post=True),
    "agreements:baseline": own(of_asking, post=True),
    "agreements:version-detail": own(of_version),
    "agreements:version-correct": own(of_version, post=True),
    "agreements:version-confirm": own(of_version, get=NO_GET, post=True),
    "agreements:version-unconfirm": own(of_draft, get=NO_GET, post=True, send=side),
    "agreements:version-discard": own(of_version, get=NO_GET, post=True),
    "agreements:version-ask": own(of_draft, get=NO_GET, post=True, send=side),
    "agreements:version-link": own(of_draft, get=302, post=True, send=asked),
    "agreements:version-unask": own(of_draft, get=NO_GET, post=True, send=asked),
    "agreements:version-remind": own(of_draft, get=NO_GET, post=True),
    "agreements:wanted-handled": own(of_draft, get=NO_GET, post=True, send=wanted),
    "agreements:wanted-note": own(of_draft_side, post=True),
    "agreements:version-print": own(of_version),
    "agreements:version-pdf": own(of_version),
    "agreements:appointments": own(of_pairing),
}


def account(
    get: int = 200, *, who: Who = Who.ANYBODY, once_in: int = 0, **of: object
) -> Address:
    return Address(
        who, get, post=True, of=lambda world: of, once_in=once_in, library=True
    )


IN = Who.LOGGED_IN
ACCOUNTS = {
    "start": Address(IN, 302, nobody=200),
    "own-admin": Address(Who.STAFF, 302),
    "account_login": account(once_in=302),
    "account_logout": account(302, once_in=200),
    "account_inactive": account(),
    "account_reauthenticate": account(who=IN),
    "account_change_password": account(who=IN),
    "account_reset_password": account(),
    "account_reset_password_done": account(),
    "account_reset_password_from_key": account(uidb36="1", key="x-y"),
    "account_reset_password_from_key_done": account(),
    # Only between the password and the second factor.
    "mfa_authenticate": account(302),
    "mfa_index": account(who=IN),
    "mfa_reauthenticate": account(302, who=IN),
    "mfa_activate_totp": account(302, who=IN),
    "mfa_deactivate_totp": account(404, who=IN),
    "mfa_view_recovery_codes": account(404, who=IN),
    "mfa_generate_recovery_codes": account(302, who=IN),
    "mfa_download_recovery_codes": account(404, who=IN),
    "account_signup": account(404),
    "account_email": account(404),
    "account_email_verification_sent": account(404),
    "account_set_password": account(404),
}


def admin_of(
    site: str,
    path: str,
    model: str,
    who: Who,
    *,
    add: int = 200,
    delete: int = 403,
    history: int = 404,
) -> dict[str, Address]:
    """The pages of Django's admin for one model; nothing is deleted there."""

    def of_row(world: World) -> dict[str, object]:
        return {"object_id": world.row_of(model)}

    def page(get: int = 200) -> Address:
        return Address(who, get, post=True, library=True)

    def page_of_one(get: int = 200) -> Address:
        whose = Who.OWN_OFFICIAL if who is Who.OFFICIAL else who
        return Address(whose, get, post=True, of=of_row, library=True)

    return {
        f"{site}:{model}_changelist": page(),
        f"{site}:{model}_add": page(add),
        f"{site}:{model}_change": page_of_one(),
        f"{site}:{model}_delete": page_of_one(delete),
        f"{site}:{model}_history": page_of_one(history),
        f"{path}/{model.replace('_', '/')}/<path:object_id>/": Address(
            # Sends on to the page above, whatever the key is.
            who,
            302,
            post=True,
            of=of_row,
            library=True,
        ),
    }


def admin_site(site: str, path: str, who: Who) -> dict[str, Address]:
    """The pages of an admin site that belong to no model."""
    return {
        f"{site}:index": Address(who, post=True, library=True),
        f"{site}:login": Address(Who.ANYBODY, 302, post=True, library=True),
        f"{site}:jsi18n": Address(who, library=True),
        f"{site}:fairness": Address(who, library=True),
        f"{site}:fairness-file": Address(who, library=True),
        f"{path}/(?P<url>.*)$": Address(who, 404, library=True),
    }


ADMINS = (
    admin_site("municipality", "gemeente", Who.OFFICIAL)
    | admin_of(
        "municipality", "gemeente", "families_partnership", Who.OFFICIAL, add=403
    )
    | admin_site("organisation", "beheer", Who.OFFICE)
    | {
        "organisation:autocomplete": Address(Who.OFFICE, 403, library=True),
        "organisation:intake-counts": Address(Who.OFFICE, library=True),
        "organisation:intake-counts-file": Address(Who.OFFICE, library=True),
    }
    | admin_of("organisation", "beheer", "families_user", Who.OFFICE)
    | admin_of("organisation", "beheer", "families_coordinator", Who.OFFICE)
    | admin_of("organisation", "beheer", "families_municipalityofficial", Who.OFFICE)
    | admin_of("organisation", "beheer", "families_municipality", Who.OFFICE)
    | admin_of("organisation", "beheer", "families_partnership", Who.OFFICE)
    | admin_of("organisation", "beheer", "families_postcodearea", Who.OFFICE, add=403)
    | admin_of("organisation", "beheer", "families_schoolholiday", Who.OFFICE)
    | admin_of("organisation", "beheer", "matching_rules", Who.OFFICE)
    | admin_of("organisation", "beheer", "agreements_houserules", Who.OFFICE)
    | admin_of("organisation", "beheer", "families_checkedtranslation", Who.OFFICE)
)
ADDRESSES: dict[str, Address] = PUBLIC | WORK | ACCOUNTS | ADMINS


def names(
    patterns: list[URLPattern | URLResolver] | None = None,
    space: str = "",
    path: str = "",
) -> Iterator[str]:
    """The name of every address with its namespace; its pattern when it has none."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        way = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from names(entry.url_patterns, inner, way)
        # Written for redirects only: Django never shows a page there.
        elif entry.name != "app_list":
            yield space + entry.name if entry.name else way
