"""What the tests of the editor of wishes do on its page."""

from django.contrib.messages import get_messages
from django.urls import reverse

from families.tests.applying import send
from families.tests.browser_form import sent_by


def url_of(wishes, name="wish-edit"):
    """The address of the editor, or of another page about the same wishes."""
    household = wishes.family.household
    return reverse(f"families:{name}", args=[household.reference, wishes.reference])


def typed(client, wishes, query="", **changed):
    """What a browser sends of the page as it stands now, with some fields changed."""
    sent = sent_by(client.get(url_of(wishes) + query).content.decode())
    for name, value in changed.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return dict(sent.lists())


def save(client, wishes, sent, query=""):
    """Sends the page, and reads the wishes again."""
    response = send(client, url_of(wishes) + query, sent)
    wishes.refresh_from_db()
    return response


def told(response):
    """The messages that wait for the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def sources(wishes):
    """How and when each value became known, by its name."""
    return {one.field: (one.source, one.on) for one in wishes.sources.all()}
