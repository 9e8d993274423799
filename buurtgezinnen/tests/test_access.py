"""Who gets in where: every address, every role, every method."""

from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from buurtgezinnen.tests.addresses import ADDRESSES, Address, Who, names
from buurtgezinnen.tests.world import World, make_world
from families.tests.factories import UserFactory

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
ROLES = (
    "anonymous",
    "own coordinator",
    "other coordinator",
    "own official",
    "other official",
    "office",
    "nobody",
)
INSIDERS = {
    Who.ANYBODY: set(ROLES),
    Who.LOGGED_IN: set(ROLES) - {"anonymous"},
    Who.COORDINATOR: {"own coordinator", "other coordinator"},
    Who.OWN_COORDINATOR: {"own coordinator"},
    Who.OFFICIAL: {"own official", "other official"},
    Who.OWN_OFFICIAL: {"own official"},
    Who.OFFICE: {"office"},
    Who.STAFF: {"own official", "other official", "office"},
}
# Who sees what is decided by the same queries for all; these two meet most of them.
ON_BOTH_DATABASES = {"anonymous", "own coordinator"}
EACH_ROLE = [
    role if role in ON_BOTH_DATABASES else pytest.param(role, marks=pytest.mark.sweep)
    for role in ROLES
]
# What a page may answer to a post of nothing by whom it is for.
LET_IN = {200, 204, 302, 303, 409, 422}


def log_in(role: str, own: World, other: World) -> Client:
    client = Client(raise_request_exception=False)
    users = {
        "own coordinator": own.coordinator.user,
        "other coordinator": other.coordinator.user,
        "own official": own.official,
        "other official": other.official,
    }
    if role == "office":
        client.force_login(UserFactory(organisation=True))
    elif role == "nobody":
        client.force_login(UserFactory())
    elif role != "anonymous":
        client.force_login(users[role])
    return client


def ask(
    client: Client, method: str, name: str, address: Address, world: World
) -> tuple[int, bytes, str]:
    """Status, body and place of an answer; what it changed is taken back."""
    sent = urlencode(address.send(world)) if method == "POST" else ""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.generic(
            method,
            address.url(name, world),
            sent,
            content_type="application/x-www-form-urlencoded",
        )
        transaction.set_rollback(True)
    client.cookies = cookies
    return response.status_code, response.content, response.headers.get("Location", "")


def taken(address: Address, method: str) -> bool:
    """Whether the address takes this method at all."""
    if method in {"GET", "HEAD"}:
        return address.get != HTTPStatus.METHOD_NOT_ALLOWED
    return method == "POST" and address.post


def for_insiders(address: Address, role: str, method: str, status: int) -> bool:
    expected = address.get
    if role != "anonymous" and address.once_in:
        expected = address.once_in
    if role == "nobody" and address.nobody:
        expected = address.nobody
    if method in {"GET", "HEAD"}:
        return status == expected
    if address.library:
        refused = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN}
        return status in {expected} | LET_IN | refused
    if not taken(address, method):
        return status == HTTPStatus.METHOD_NOT_ALLOWED
    return status in LET_IN


def test_every_address_has_a_row():
    assert set(names()) == set(ADDRESSES)


@pytest.mark.django_db
@pytest.mark.parametrize("role", EACH_ROLE)
def test_every_address_answers_only_whom_it_is_for(role):
    own, other = make_world(), make_world()
    client = log_in(role, own, other)
    logins = tuple(
        reverse(name)
        for name in ("account_login", "municipality:login", "organisation:login")
    )
    wrong = []

    for name, address in ADDRESSES.items():
        for method in METHODS:
            status, _body, place = ask(client, method, name, address, own)
            if role in INSIDERS[address.who]:
                right = for_insiders(address, role, method, status)
            elif role == "anonymous":
                # What was typed is kept, where a login would throw it away.
                kept = status == HTTPStatus.FORBIDDEN and bool(address.send(own))
                right = kept or (
                    status == HTTPStatus.FOUND and place.startswith(logins)
                )
            else:
                right = status == HTTPStatus.NOT_FOUND or (
                    status == HTTPStatus.METHOD_NOT_ALLOWED
                    and not taken(address, method)
                )
            if not right:
                wrong.append(f"{method} {name}: {status} {place}")

    assert "\n".join(wrong) == ""


@pytest.mark.django_db
@pytest.mark.sweep
@pytest.mark.parametrize("role", ["own coordinator", "own official", "office"])
def test_what_is_of_others_answers_like_what_is_not_there(role):
    own, other = make_world(), make_world()
    client = log_in(role, own, other)
    differs = []

    for name, address in ADDRESSES.items():
        if address.who not in {Who.OWN_COORDINATOR, Who.OWN_OFFICIAL}:
            continue
        differs += [
            f"{method} {name}"
            for method in METHODS
            if ask(client, method, name, address, other)
            != ask(client, method, name, address, other.vanished())
        ]

    assert "\n".join(differs) == ""
