"""Reads settings from the environment and says in words what is wrong with one."""

import re
from typing import Any
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

# Public on purpose: they protect invented families only.
DEMO_MARK = "demo-only"
DEMO_SECRET_KEY = f"{DEMO_MARK}-secret-key-that-protects-invented-families-only"
DEMO_FIELD_KEY = "ZGVtby1vbmx5LWZpZWxkLWtleS1pbnZlbnRlZC1vbmU="
DEMO_BLIND_INDEX_KEY = f"{DEMO_MARK}-blind-index-key-for-invented-families"

SECRET_LENGTH = 50
HOST_PATTERN = re.compile(r"^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$|^\[?[0-9a-f:.]+\]?$", re.I)

env = environ.Env()


def refuse(name: str, why: str) -> ImproperlyConfigured:
    """The error that stops the start, naming the variable."""
    return ImproperlyConfigured(f"{name}: {why}")


def flag(name: str, *, default: bool = False) -> bool:
    """A yes or a no; anything else is refused, where env.bool reads it as no."""
    told = env.str(name, default=str(default)).strip().lower()
    if told in {"1", "true", "yes", "on"}:
        return True
    if told in {"0", "false", "no", "off", ""}:
        return False
    raise refuse(name, f"'{told}' is neither yes nor no. Use 1 or 0.")


def secret(name: str, *, demo: bool, demo_value: str) -> str:
    """A long random text; the demo has its own and neither accepts the other's."""
    value = env.str(name, default="")
    if demo:
        if value and value != demo_value:
            raise refuse(name, "demo mode does not start with a key of production.")
        return demo_value
    if not value:
        raise refuse(name, "is missing. Set it to a random text of 50 characters.")
    if DEMO_MARK in value:
        raise refuse(name, "is the key of the demo. Set one of your own.")
    if len(value) < SECRET_LENGTH:
        raise refuse(name, f"has {len(value)} characters; at least 50 are needed.")
    return value


def told(name: str, *, demo: bool, demo_value: str) -> str:
    """What only the organisation can tell; the demo has a value of its own."""
    value = env.str(name, default=demo_value if demo else "").strip()
    if not value:
        raise refuse(name, "is missing. README tells what it is for.")
    return value


def field_keys(name: str, *, demo: bool) -> list[str]:
    """The Fernet keys of the encrypted fields, newest first."""
    keys = [key.strip() for key in env.str(name, default="").split(",") if key.strip()]
    if demo:
        if keys and keys != [DEMO_FIELD_KEY]:
            raise refuse(name, "demo mode does not start with a key of production.")
        return [DEMO_FIELD_KEY]
    if not keys:
        raise refuse(name, "is missing. README tells how to make one and keep it.")
    if DEMO_FIELD_KEY in keys:
        raise refuse(name, "holds the key of the demo. Take it out.")
    for position, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            raise refuse(name, f"key {position} is not a Fernet key.") from error
    return keys


def hosts(name: str, *, demo: bool) -> list[str]:
    """The host names the site answers to."""
    told = env.str(name, default="").split(",")
    names = [host.strip() for host in told if host.strip()]
    if not names and demo:
        return ["127.0.0.1", "localhost", "[::1]"]
    if not names:
        raise refuse(name, "is missing. Give the host names, split by commas.")
    for host in names:
        if not HOST_PATTERN.match(host):
            raise refuse(name, f"'{host}' is not a host name.")
    return names


def database(name: str, *, default: str) -> dict[str, Any]:
    """The settings of the database that a URL names."""
    url = env.str(name, default=default)
    scheme = url.split(":", 1)[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise refuse(name, "starts with sqlite: or postgres:.")
    try:
        return env.db_url_config(url)
    except ValueError as error:
        raise refuse(name, "cannot be read as a URL.") from error


def elsewhere(name: str, *, default: str) -> str:
    """The https address of a page on another site."""
    address = env.str(name, default=default).strip()
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise refuse(name, f"'{address}' is not an address.") from error
    if parts.scheme != "https" or not HOST_PATTERN.match(parts.hostname or ""):
        raise refuse(name, f"'{address}' is not an https address.")
    return address


def mail(name: str, *, demo: bool) -> dict[str, Any]:
    """The settings of the mail server that a URL names; the demo prints its mail."""
    url = env.str(name, default="consolemail://" if demo else "")
    if not url:
        raise refuse(name, "is missing. For example smtp+tls://user:word@host:587.")
    if url.split(":", 1)[0] not in env.EMAIL_SCHEMES:
        raise refuse(name, "starts with smtp:, smtp+tls: or smtp+ssl:.")
    try:
        return env.email_url_config(url)
    except ValueError as error:
        raise refuse(name, "cannot be read as a URL.") from error


def whole_number(name: str, *, default: int, least: int, most: int) -> int:
    """A number between `least` and `most`."""
    told = env.str(name, default=str(default)).strip()
    if not told.isdecimal() or not least <= int(told) <= most:
        raise refuse(name, f"'{told}' is not a number from {least} to {most}.")
    return int(told)
