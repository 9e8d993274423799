"""What the tests of the pages of the office share."""

from urllib.parse import urlencode

from django.urls import reverse

from families.models import (
    AuditEvent,
)

CANARY = "Kanarievogel"


def page(model, kind, *args):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
    return reverse(name, args=args, current_app="organisation")


def send(client, url, answers):
    return client.post(
        url,
        urlencode(answers, doseq=True),
        content_type="application/x-www-form-urlencoded",
    )


def errors_of(response):
    return response.context["adminform"].form.errors.get_json_data()


def audited():
    return list(
        AuditEvent.objects.order_by("pk").values_list("verb", "object_type", "fields")
    )
