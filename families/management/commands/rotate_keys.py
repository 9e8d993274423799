"""Writes every encrypted value again with the newest key."""

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from tqdm import tqdm

from families.encryption import EncryptedTextField


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

    def rotate(
        self, model: type[models.Model], names: list[str], *, quiet: bool
    ) -> None:
        keys = list(model._base_manager.values_list("pk", flat=True))
        for key in tqdm(keys, desc=model._meta.label, disable=quiet or not keys):
            with transaction.atomic():
                locked = model._base_manager.select_for_update().only("pk", *names)
                row = locked.filter(pk=key).first()
                if row is not None:
                    row.save(update_fields=names)
