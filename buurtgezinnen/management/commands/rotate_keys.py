"""Writes every encrypted value again with the newest key."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from tqdm import tqdm

from families.encryption import EncryptedTextField

# Where allauth keeps what our adapter encrypts: of the codes, and of recovery codes.
SECRETS = ("secret", "seed")


class Command(BaseCommand):
    help = (
        "Write every encrypted value again with the newest key of FIELD_KEYS. "
        "May be stopped and repeated; when it is done the old key can be taken out."
    )

    def handle(self, *, verbosity: int, **options: object) -> None:
        for model in apps.get_models():
            names = [
                field.attname
                for field in model._meta.local_concrete_fields
                if isinstance(field, EncryptedTextField)
            ]
            if names:
                self.rotate(model, names, quiet=verbosity == 0)
        self.rotate_second_factors()

    def rotate(
        self, model: type[models.Model], names: list[str], *, quiet: bool
    ) -> None:
        keys = list(model._base_manager.values_list("pk", flat=True))
        for key in tqdm(keys, desc=model._meta.label, disable=quiet or not keys):
            with transaction.atomic():
                locked = model._base_manager.select_for_update(no_key=True).only(
                    "pk", *names
                )
                row = locked.filter(pk=key).first()
                if row is not None:
                    row.save(update_fields=names)

    def rotate_second_factors(self) -> None:
        """Secrets in the table of a library; without this all staff would be out."""
        adapter = get_adapter()
        for key in list(Authenticator.objects.values_list("pk", flat=True)):
            with transaction.atomic():
                locked = Authenticator.objects.select_for_update(no_key=True)
                factor = locked.filter(pk=key).first()
                if factor is not None:
                    for name in SECRETS:
                        if name in factor.data:
                            text = adapter.decrypt(factor.data[name])
                            factor.data[name] = adapter.encrypt(text)
                    factor.save(update_fields=["data"])
