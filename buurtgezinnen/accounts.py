"""How staff log in: by e-mail and password, then a second factor."""

import json
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from families.encryption import fernet

FRESH_LOGIN_SECONDS = 300


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; a fresh login need not prove itself again."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        methods = context.request.session.get("account_authentication_methods", [])
        if methods and time.time() - methods[-1]["at"] < FRESH_LOGIN_SECONDS:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted."""

    def encrypt(self, text: str) -> str:
        return fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return fernet().decrypt(encrypted_text.encode()).decode()


class EncryptedSerializer:
    """Sessions as the database may not read them."""

    def dumps(self, obj: Any) -> bytes:
        return fernet().encrypt(json.dumps(obj, separators=(",", ":")).encode())

    def loads(self, data: bytes) -> Any:
        return json.loads(fernet().decrypt(data))


def login_name(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """The account that failed logins are counted for, never the network alone."""
    given = credentials or {}
    name = given.get("email") or given.get("login") or request.POST.get("login") or ""
    return name.strip().lower()
