import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldError, ValidationError
from django.core.management import call_command
from django.db import connection, models
from django.db.models import F
from django.test.utils import isolate_apps

from families.encryption import EncryptedTextField, blind_index
from families.models import Household, Person, Task
from families.tests.factories import (
    HouseholdFactory,
    PersonFactory,
    RequestFamilyFactory,
    TaskFactory,
)

pytestmark = pytest.mark.django_db


def stored(model: type[models.Model], column: str) -> list[str]:
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def test_database_holds_a_token_and_python_the_text():
    HouseholdFactory(name="Van Planteringen 🌱")

    (column,) = stored(Household, "name")

    assert column.startswith("gAAAA")
    assert "Planteringen" not in column
    assert Household.objects.get().name == "Van Planteringen 🌱"


def test_empty_stays_empty_so_that_nothing_filled_in_is_visible():
    PersonFactory(telephone="")

    assert stored(Person, "telephone") == [""]


def test_bulk_writes_and_updates_are_encrypted_too():
    family = RequestFamilyFactory()
    TaskFactory.create_batch(2, household=family.household)

    Task.objects.update(text="Bel over de zwemles")

    assert all(column.startswith("gAAAA") for column in stored(Task, "text"))
    assert set(Task.objects.values_list("text", flat=True)) == {"Bel over de zwemles"}


@pytest.mark.parametrize(
    "search",
    [
        {"name": "Boer"},
        {"name__icontains": "Boer"},
        {"name__startswith": "B"},
        {"name__in": ["Boer"]},
        {"name__gt": "A"},
        {"name__regex": "."},
        {"name__length": 4},
    ],
    ids=lambda search: next(iter(search)),
)
def test_searching_encrypted_text_is_refused(search):
    with pytest.raises(FieldError, match="encrypted"):
        Household.objects.filter(**search)


def test_comparing_with_another_column_is_refused():
    with pytest.raises(FieldError, match="encrypted"):
        Household.objects.filter(name=F("reference"))


def test_rows_left_empty_are_found():
    left_empty = PersonFactory(telephone="")
    PersonFactory(telephone="+31612345678")

    assert Person.objects.get(telephone="") == left_empty
    assert Person.objects.exclude(telephone="").count() == 1


def test_length_counts_what_was_typed_and_not_the_token():
    fits = HouseholdFactory.build(name="x" * 120)
    too_long = HouseholdFactory.build(name="x" * 121)

    fits.clean_fields(exclude=["municipality"])
    with pytest.raises(ValidationError) as caught:
        too_long.clean_fields(exclude=["municipality"])

    assert set(caught.value.message_dict) == {"name"}


@isolate_apps("families")
def test_a_field_that_would_need_to_be_searched_is_refused_by_the_checks():
    class Wrong(models.Model):  # noqa: DJ008 - never made
        secret = EncryptedTextField(unique=True)

        class Meta:
            app_label = "families"

    found = Wrong._meta.get_field("secret").check()

    assert [error.id for error in found] == ["families.E001"]


def test_rotation_rewrites_every_row_so_that_the_old_key_can_go(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    HouseholdFactory(name="De Roteerder")
    settings.FIELD_KEYS = [new, old]

    call_command("rotate_keys", verbosity=0)

    settings.FIELD_KEYS = [new]
    assert Household.objects.get().name == "De Roteerder"
    settings.FIELD_KEYS = [old]
    with pytest.raises(InvalidToken):
        Household.objects.get()


def test_blind_index_finds_equal_values_and_keeps_fields_apart():
    number = blind_index("telephone", "+31612345678")

    assert number == blind_index("telephone", " +31612345678 ")
    assert number != blind_index("email", "+31612345678")
    assert len(number) == 64
    assert blind_index("telephone", "") == ""
