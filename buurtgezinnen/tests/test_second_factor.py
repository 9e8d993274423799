"""The second step of the login: counted, encrypted, and alive after a new key."""

from urllib.parse import urlencode

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from families.tests.factories import CoordinatorFactory

pytestmark = pytest.mark.django_db

PASSWORD = "een-lang-wachtwoord"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def user():
    user = CoordinatorFactory().user
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, SECRET)
    return user


@pytest.fixture(autouse=True)
def limits():
    cache.clear()
    yield
    cache.clear()


def send(client: Client, url: str, **answers: str):
    return client.post(url, urlencode(answers), content_type=FORM)


def right_code() -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(SECRET, counter))


def past_the_password(user) -> Client:
    client = Client()
    send(client, "/inloggen/", login=user.email, password=PASSWORD)
    return client


def test_password_alone_opens_nothing(user):
    client = past_the_password(user)

    response = client.get("/werk/")

    assert (response.status_code, response["location"]) == (
        302,
        "/inloggen/?next=/werk/",
    )


def test_right_code_opens_the_work(user):
    client = past_the_password(user)

    send(client, "/inloggen/tweede-stap/authenticate/", code=right_code())

    assert client.get("/werk/").status_code == 200


def test_guessing_codes_is_stopped(user):
    client = past_the_password(user)
    for wrong in range(30):
        send(client, "/inloggen/tweede-stap/authenticate/", code=f"{wrong:06}")

    send(client, "/inloggen/tweede-stap/authenticate/", code=right_code())

    assert client.get("/werk/").status_code == 302


def test_secret_is_encrypted_and_outlives_a_new_key(user, settings):
    new = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]

    call_command("rotate_keys", verbosity=0)

    settings.FIELD_KEYS = [new]
    factor = Authenticator.objects.get()
    assert factor.data["secret"] != SECRET
    assert get_adapter().decrypt(factor.data["secret"]) == SECRET
    client = past_the_password(user)
    send(client, "/inloggen/tweede-stap/authenticate/", code=right_code())
    assert client.get("/werk/").status_code == 200
