"""The office says which translations a native speaker read."""

import datetime as dt

import pytest
from django.utils import timezone

from buurtgezinnen import languages
from buurtgezinnen.tests.office import audited, errors_of, page, send
from families.models import CheckedTranslation
from families.tests.factories import CheckedTranslationFactory, UserFactory

pytestmark = pytest.mark.django_db

READ = {"language": "ar", "checked_on": "1-6-2026", "checked_by": "Samira Voorbeeld"}
OTHER_TEXTS = "0" * 64


@pytest.fixture
def office(client):
    """Somebody of the office, logged in."""
    user = UserFactory(organisation=True)
    client.force_login(user)
    return user


def rows() -> list[tuple]:
    return list(
        CheckedTranslation.objects.values_list(
            "language", "checked_on", "checked_by", "fingerprint"
        )
    )


def test_a_reading_is_kept_with_the_texts_that_were_read(client, office):
    response = send(client, page(CheckedTranslation, "add"), READ)

    assert response.status_code == 302
    texts = languages.fingerprint("ar")
    assert rows() == [("ar", dt.date(2026, 6, 1), "Samira Voorbeeld", texts)]
    assert audited() == [
        ("created", "checkedtranslation", "checked_by checked_on language")
    ]


def test_after_a_reading_the_pages_carry_no_note(client, office):
    before = client.get("/ar/").content.decode()

    send(client, page(CheckedTranslation, "add"), READ)

    after = client.get("/ar/").content.decode()
    assert ("unchecked" in before, "unchecked" in after) == (True, False)


@pytest.mark.parametrize(
    ("day", "texts"),
    [
        ("2-6-2026", lambda: languages.fingerprint("ar")),
        ("1-6-2026", lambda: OTHER_TEXTS),
    ],
)
def test_only_another_day_says_that_the_texts_were_read_again(
    client, office, day, texts
):
    checked = CheckedTranslationFactory(
        language="ar", checked_on=dt.date(2026, 6, 1), fingerprint=OTHER_TEXTS
    )
    url = page(CheckedTranslation, "change", checked.pk)
    seen = client.get(url).context["adminform"].form.seen

    response = send(client, url, {**READ, "checked_on": day, "seen": seen})

    assert response.status_code == 302
    checked.refresh_from_db()
    assert (checked.checked_by, checked.fingerprint) == ("Samira Voorbeeld", texts())


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"language": "nl"}, "language"),
        ({"language": ""}, "language"),
        ({"checked_by": ""}, "checked_by"),
        ({"checked_on": "32-13-2026"}, "checked_on"),
        (
            {"checked_on": f"{timezone.localdate() + dt.timedelta(days=2):%d-%m-%Y}"},
            "checked_on",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field(client, office, sent, field):
    response = send(client, page(CheckedTranslation, "add"), {**READ, **sent})

    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert rows() == []


def test_a_language_is_read_once(client, office):
    CheckedTranslationFactory(language="ar")

    response = send(client, page(CheckedTranslation, "add"), READ)

    assert response.status_code == 422
    assert CheckedTranslation.objects.count() == 1


def test_the_list_says_when_texts_changed(client, office):
    CheckedTranslationFactory(language="pl", fingerprint=languages.fingerprint("pl"))
    CheckedTranslationFactory(language="uk", fingerprint=OTHER_TEXTS)

    listed = client.get(page(CheckedTranslation, "changelist")).context["cl"]

    admin = listed.model_admin
    same = {row.language: admin.is_as_read(row) for row in listed.result_list}
    assert same == {"pl": True, "uk": False}
