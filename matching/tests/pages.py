"""Sends forms as a browser does; the site takes no multipart bodies."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

FORM = "application/x-www-form-urlencoded"


def send(client: Client, url: str, **answers: object) -> HttpResponse:
    """The response to a form with these answers."""
    return client.post(url, urlencode(answers), content_type=FORM)
