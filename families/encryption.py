"""Text that the database may not read, and fingerprints to find it by."""

import hashlib
import hmac
from functools import cache
from typing import Any, NoReturn

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core import checks, exceptions, validators
from django.db import models
from django.db.models.lookups import Exact

from families import privacy


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def fernet() -> MultiFernet:
    """The cipher of private text: writes with the newest key, reads with each."""
    return _fernet(tuple(settings.FIELD_KEYS))


class IsLeftEmpty(Exact[Any]):
    """Compares with "" or NULL, the only values that are not encrypted."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs is not None and rhs != "":
            field = lhs.output_field
            raise exceptions.FieldError(
                f"{field} is encrypted: it can only be compared with an empty text."
            )
        super().__init__(lhs, rhs)


class EncryptedTextField(models.TextField[Any, Any]):
    """Text kept as a Fernet token; `max_length` counts what a person typed.

    NULL and "" stay as they are: that somebody left a field empty is visible.
    Searching, ordering by meaning and uniqueness are impossible and refused.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length:
            length = validators.MaxLengthValidator(self.max_length)
            self.validators = [*self.validators, length]

    def get_internal_type(self) -> str:
        return "TextField"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or value == "":
            return value
        return fernet().encrypt(value.encode()).decode()

    def from_db_value(
        self, value: str | None, _expression: Any, _db: Any
    ) -> str | None:
        if value is None or value == "":
            return value
        text = fernet().decrypt(value.encode()).decode()
        privacy.was_read(self.model._meta.model_name or "", self.name, text)
        return text

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        if lookup_name == "exact":
            return IsLeftEmpty
        return self._refuse(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        return self._refuse(lookup_name)

    def _refuse(self, lookup_name: str) -> NoReturn:
        raise exceptions.FieldError(
            f"{self} is encrypted: it cannot be searched with '{lookup_name}'."
        )

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        # The stubs do not know `db_index`.
        indexed = self.db_index  # type: ignore[attr-defined]
        if self.unique or indexed or self.choices:
            found.append(
                checks.Error(
                    "An encrypted field cannot be unique, indexed or a choice.",
                    obj=self,
                    id="families.E001",
                )
            )
        return found


def blind_index(kind: str, value: str) -> str:
    """A keyed fingerprint by which a row is found from an exact value.

    Args:
        kind: keeps equal values of different fields apart, such as "telephone".
        value: in its normal form; telephone numbers as E.164.

    Returns:
        64 hexadecimal digits, or "" for an empty value.
    """
    if not value:
        return ""
    message = f"{kind}:{value.strip().casefold()}".encode()
    return hmac.new(
        settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256
    ).hexdigest()
