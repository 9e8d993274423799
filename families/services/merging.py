"""Puts two households of the same family together, and takes them apart again."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from families import people
from families.encryption import blind_index
from families.models import (
    Consent,
    Household,
    Location,
    Membership,
    Merge,
    OwnRequest,
    Person,
    PossibleDouble,
    Referral,
    SupportOffer,
    SupportRequest,
    Task,
    User,
)
from families.services import consents, tasks
from families.services.audit import record
from families.services.before import Changes, put_back
from families.services.custody import derived
from families.services.doubles import (
    ROLES,
    Outcome,
    Settled,
    StillToSettle,
    family_of,
    is_noted,
    is_to_settle,
    lock_pair,
    open_wish,
    settle,
    which_stays,
)
from families.services.reach import let_die_what_was_sent
from families.services.wishes import OFFER, REQUEST

Side = Literal["earlier", "later", "both"]

PERSON_FIELDS = (
    "name",
    "telephone",
    "email",
    "may_leave_message",
    "call_dayparts",
    "languages",
    "language_other",
    "interpreter_needed",
)
HOUSEHOLD_FIELDS = (
    "name",
    "dog",
    "cat",
    "other_animal",
    "smoking",
    "stairs",
    "car",
)
FAMILY_FIELDS = {
    "request": ("upbringing", "expectations", "reciprocity"),
    "support": ("experience", "motivation", "has_children"),
}
# Who has custody is settled elsewhere, person by person.
WISH_FIELDS = {
    "request": tuple(name for name in REQUEST if name != "custody"),
    "support": (*OFFER, "visit_length"),
}
HOME, CHILDREN = "home", "children"
HOME_FIELDS = (
    "kind",
    "secret",
    "postcode",
    "street",
    "area_id",
    "latitude",
    "longitude",
)
# Blind indexes go along with what they find.
INDEXED = {"telephone": "telephone_index", "email": "email_index"}
# What is to be done for the family whichever application it came from.
GO_ALONG = (
    Task.Kind.CALL_AGAIN,
    Task.Kind.NEXT_STEP,
    Task.Kind.OWN_REQUEST,
)
ENDED = {
    "request": SupportRequest.Stage.WITHDRAWN,
    "support": SupportOffer.Stage.ENDED,
}


def home_of(household: Household, *, on: dt.date) -> Location | None:
    """Where a household lives on a day."""
    return (
        household.locations.current_on(on)
        .filter(kind__in=people.HOMES)
        .select_related("area")
        .order_by("pk")
        .first()
    )


@transaction.atomic
def merge(
    double: PossibleDouble,
    choices: Mapping[str, Side],
    *,
    on: dt.date,
    at: dt.datetime,
    by: User,
) -> Merge:
    """Makes two households one; nothing is deleted, so it can be taken apart again.

    A promise of either application stays, and so does the earliest day of waiting.

    Args:
        double: the pair.
        choices: whose answer counts, by the keys of `families.doubles.Choice`; what
            is left out stays as the household that stays has it.
        on: today.
        at: now.
        by: who decides.

    Raises:
        Settled: somebody decided on it meanwhile.
        StillToSettle: one of them wants to stop or to be erased; that comes first.
        BothBusy: others depend on both by now.
    """
    locked = lock_pair(double)
    if locked.outcome != Outcome.OPEN:
        raise Settled(locked.reference)
    if is_to_settle(locked):
        raise StillToSettle(locked.reference)
    kept, gone = which_stays(locked, lock=True)
    from_gone: Side = "earlier" if gone == locked.earlier else "later"
    changes = Changes(by)
    merging = _Merging(kept, gone, choices, from_gone, changes, on, at)
    merging.take_person()
    merging.take_home()
    # Before a request ends: no referrer is to hear that it stopped.
    merging.take_referrals()
    merging.take_other_pairs(locked)
    changes.write(gone, {"merged_into_id": kept.pk})
    for role in ROLES:
        merging.take_role(role)
    merging.take_own_requests()
    merging.take_tasks()
    record(kept, verb="changed", by=by, fields=["merged_into"])
    settle(locked, Outcome.MERGED, at=at, by=by)
    return Merge.objects.create(
        double=locked,
        kept=kept,
        gone=gone,
        by=by,
        at=at,
        before=json.dumps(changes.made),
    )


@transaction.atomic
def take_apart(merged: Merge, *, on: dt.date, at: dt.datetime, by: User) -> None:
    """Makes two households of one again; what was changed after merging stays.

    What the family stopped after merging does not begin anew.

    Raises:
        Settled: it was taken apart meanwhile.
    """
    locked = lock_pair(merged.double)
    now = Merge.objects.select_for_update(no_key=True).get(pk=merged.pk)
    if now.undone_at is not None:
        raise Settled(now.reference)
    ended = _ended_since(now, on=on)
    for change in reversed(json.loads(now.before)):
        if not _begins_anew(change, ended):
            put_back(change, on=on, by=by)
    now.undone_at = at
    now.undone_by = by
    now.save(update_fields=["undone_at", "undone_by"])
    locked.outcome = Outcome.OPEN
    locked.settled_at = locked.settled_by = None
    locked.save(update_fields=["outcome", "settled_at", "settled_by"])
    for household in (now.kept, now.gone):
        record(household, verb="changed", by=by, fields=["merged_into"])
    tasks.plan(locked.later, Task.Kind.DOUBLE, on, about=locked.reference, by=by)


def _ended_since(merged: Merge, *, on: dt.date) -> set[str]:
    """The models of which the family stopped what it asks or gives; and its tasks."""
    if consents.was_stopped(merged.kept, on=on):
        return {"supportrequest", "supportoffer", "task"}
    stops = OwnRequest.objects.filter(
        household=merged.kept,
        kind=OwnRequest.Kind.STOP,
        asked_at__gte=merged.at,
        undone_at=None,
    ).values("about")
    return {
        str(model._meta.model_name)
        for model in (SupportRequest, SupportOffer)
        if model.objects.filter(reference__in=stops).exists()
    }


def _begins_anew(change: Mapping[str, Any], ended: set[str]) -> bool:
    """Whether putting a change back opens what the family stopped meanwhile."""
    opens = "stage" in change or "done_at" in change.get("fields", {})
    return opens and change["model"] in ended


@dataclass(frozen=True)
class _Merging:
    """One household going into another.

    Attributes:
        choices: whose answer counts.
        from_gone: the word in `choices` for the household that goes.
    """

    kept: Household
    gone: Household
    choices: Mapping[str, Side]
    from_gone: Side
    changes: Changes
    on: dt.date
    at: dt.datetime

    def takes(self, key: str) -> bool:
        """Whether the answer of the household that goes counts."""
        return self.choices.get(key) == self.from_gone

    def taken(self, source: Any, names: tuple[str, ...], key: str) -> dict[str, Any]:
        """The values of the household that goes, where they count."""
        return {name: getattr(source, name) for name in names if self.takes(key + name)}

    def take_person(self) -> None:
        ours, theirs = self._contact(self.kept), self._contact(self.gone)
        if ours is not None and theirs is not None:
            values = self.taken(theirs, PERSON_FIELDS, "person-")
            for name, index in INDEXED.items():
                if name in values:
                    values[index] = blind_index(name, values[name])
            email = values.get("email", ours.email)
            may = values.get("may_leave_message", ours.may_leave_message)
            if ours.channel == Person.Channel.MAIL and not (email and may):
                values["channel"] = Person.Channel.TELEPHONE
            self.changes.write(ours, values)
            if "telephone" in values or "email" in values:
                let_die_what_was_sent(ours, at=self.at)
        house = self.taken(self.gone, HOUSEHOLD_FIELDS, "household-")
        self.changes.write(self.kept, house)

    def take_home(self) -> None:
        ours = home_of(self.kept, on=self.on)
        theirs = home_of(self.gone, on=self.on)
        if theirs is None:
            return
        values = {}
        if self.takes(HOME):
            # Who guides families where it lives now; the other may not see it there.
            guide: dict[str, int | None]
            guide = {"municipality_id": self.gone.municipality_id}
            if self.kept.municipality_id != self.gone.municipality_id:
                guide["coordinator_id"] = self.gone.coordinator_id
            self.changes.write(self.kept, guide)
            values = {name: getattr(theirs, name) for name in HOME_FIELDS}
        # An address that one of them keeps secret stays so, whichever is chosen.
        values["secret"] = theirs.secret or (ours is not None and ours.secret)
        if ours is not None:
            self.changes.write(ours, values)
        elif self.takes(HOME):
            made = Location.objects.create(
                household=self.kept, from_on=self.on, **values
            )
            self.changes.made_row(made)

    def take_role(self, role: str) -> None:
        ours, theirs = family_of(self.kept, role), family_of(self.gone, role)
        if theirs is None:
            return
        if ours is None:
            self.changes.write(theirs, {"household_id": self.kept.pk})
            self._bring_people()
            return
        values = self.taken(theirs, FAMILY_FIELDS[role], f"{role}-")
        self.changes.write(ours, values)
        wish, other = open_wish(ours), open_wish(theirs)
        if other is None:
            return
        if wish is None:
            self.changes.write(other, {"family_id": ours.pk})
            self._bring_people()
            return
        values = self.taken(other, WISH_FIELDS[role], f"wish-{role}-")
        values["waiting_since"] = min(wish.waiting_since, other.waiting_since)
        self.changes.write(wish, values)
        if isinstance(wish, SupportRequest) and isinstance(other, SupportRequest):
            self._take_children(wish, other)
            self._take_custody(wish, other)
        self.changes.stage(other, ENDED[role], self.on)

    def _take_children(self, wish: SupportRequest, other: SupportRequest) -> None:
        both = self.choices.get(CHILDREN) == "both"
        if not both and not self.takes(CHILDREN):
            return
        theirs = list(other.children.order_by("pk"))
        ours = list(wish.children.order_by("pk")) if both else []
        for child in theirs:
            self._join(child, Membership.Role.CHILD)
        self.changes.children(wish, [*ours, *theirs])
        # A child's own no goes along with the child.
        for said in other.children_said.filter(child__in=theirs).order_by("pk"):
            self.changes.write(said, {"request_id": wish.pk})

    def _take_custody(self, wish: SupportRequest, other: SupportRequest) -> None:
        """Who else decides about the children, and what they said: nobody is lost."""
        holders = list(other.custody_holders.order_by("pk"))
        for holder in holders:
            self.changes.write(holder, {"request_id": wish.pk})
        if holders:
            said = derived([one.said for one in wish.custody_holders.all()])
            self.changes.write(wish, {"custody": said})

    def _bring_people(self) -> None:
        """Everybody of the household that goes lives in the one that stays.

        The person to call is the same one in both, so only the VOG goes along.
        """
        ours, theirs = self._contact(self.kept), self._contact(self.gone)
        members = Membership.objects.current_on(self.on).filter(household=self.gone)
        for one in members.select_related("person").order_by("pk"):
            if one.person != theirs or ours is None:
                self._join(one.person, one.role)
        if ours is None or theirs is None:
            return
        known = set(ours.screening.current().values_list("kind", flat=True))
        for check in theirs.screening.current().order_by("pk"):
            if check.kind not in known:
                self.changes.write(check, {"person_id": ours.pk})

    def _join(self, person: Person, role: str) -> None:
        at_home = Membership.objects.current_on(self.on).filter(household=self.kept)
        if at_home.filter(person=person).exists():
            return
        made = Membership.objects.create(
            household=self.kept, person=person, role=role, from_on=self.on
        )
        self.changes.made_row(made)

    def take_tasks(self) -> None:
        first = Task.Kind.FIRST_CALL
        # Nobody made these calls: they count as done by nobody.
        done = {"done_at": self.at}
        ours = self.kept.tasks.open().filter(kind=first).first()
        for task in self.gone.tasks.open().order_by("pk"):
            if task.kind in GO_ALONG or (task.kind == first and ours is None):
                self.changes.write(task, {"household_id": self.kept.pk})
            elif task.kind == first and ours is not None:
                soonest = min(ours.due_on, task.due_on)
                self.changes.write(ours, {"due_on": soonest})
                self.changes.write(task, done)
            elif task.kind != Task.Kind.DOUBLE:
                self.changes.write(task, done)

    def take_own_requests(self) -> None:
        """What the family itself asked and what is still to be settled."""
        asked = OwnRequest.objects.filter(settled_at=None, undone_at=None)
        for one in asked.filter(household=self.gone).order_by("pk"):
            self.changes.write(one, {"household_id": self.kept.pk})

    def take_referrals(self) -> None:
        known = set(self.kept.referrals.values_list("referrer_id", flat=True))
        for referral in Referral.objects.filter(household=self.gone).order_by("pk"):
            if referral.referrer_id not in known:
                self.changes.write(referral, {"household_id": self.kept.pk})
        ours, theirs = self._contact(self.kept), self._contact(self.gone)
        if ours is None or theirs is None:
            return
        # A no of either person stays a no, and so does what the referrer may hear.
        for purpose in Consent.Purpose.values:
            ours_said = Consent.objects.filter(person=ours, purpose=purpose)
            theirs_said = Consent.objects.filter(person=theirs, purpose=purpose)
            said = theirs_said.order_by("-given_at", "-pk").first()
            if said is None:
                continue
            if said.withdrawn_at is None:
                is_new = not ours_said.exists()
                if is_new and purpose == Consent.Purpose.TELL_REFERRER:
                    self.changes.write(said, {"person_id": ours.pk})
                continue
            for valid in ours_said.filter(
                withdrawn_at=None, given_at__lt=said.withdrawn_at
            ):
                self.changes.write(valid, {"withdrawn_at": said.withdrawn_at})

    def take_other_pairs(self, pair: PossibleDouble) -> None:
        """Who may be the same as the one that goes may be the same as who stays."""
        others = PossibleDouble.objects.filter(outcome=Outcome.OPEN).exclude(pk=pair.pk)
        for side, end in (("earlier", "later"), ("later", "earlier")):
            for one in others.filter(**{side: self.gone}).order_by("pk"):
                if not is_noted(getattr(one, end), self.kept):
                    self.changes.write(one, {f"{side}_id": self.kept.pk})
                    continue
                # That pair is looked at already, with the household that stays.
                done = {"settled_at": self.at, "settled_by_id": self.changes.by.pk}
                self.changes.write(one, {"outcome": Outcome.DIFFERENT} | done)
                done = {"done_at": self.at}
                for task in Task.objects.open().filter(about=one.reference):
                    self.changes.write(task, done)

    def _contact(self, household: Household) -> Person | None:
        members = (
            Membership.objects.current_on(self.on)
            .filter(household=household)
            .select_related("person")
            .order_by("pk")
        )
        person = people.contact_person(members, self.on)
        if person is None:
            return None
        return Person.objects.select_for_update(no_key=True).get(pk=person.pk)
