"""Many presses at one moment on the button that sends an application."""

from collections import Counter
from typing import Any

from buurtgezinnen.tests.concurrency import together
from buurtgezinnen.tests.robots import KIND, browser, full_draft, read_first
from families.forms.steps import INTAKES
from families.models import Household, Knocks, OutboxMail
from families.tests.applying import CONSENT, send


def press_together(callers: int) -> dict[str, Any]:
    """`callers` browsers send the same application at once, and read what follows.

    Needs a database of its own, as each caller has its own connection. Nobody else was
    there before them on that day.
    """
    Knocks.objects.all().delete()
    intake = INTAKES[KIND]
    draft, key = full_draft(KIND, "gezin@buurt.example")
    homes, mails = Household.objects.count(), OutboxMail.objects.count()
    typed = CONSENT[KIND] | read_first(intake.consent)

    def press(_number: int) -> tuple[int, str]:
        client = browser(KIND, key)
        answer = send(client, f"/{KIND}/controleren/", typed)
        page = client.get(answer.headers.get("Location", "/geen-antwoord/"))
        shown = page.context["reference"] if page.status_code == 200 else ""
        return answer.status_code, shown

    answers = together(callers, press)
    draft.refresh_from_db()
    counted = Counter(map(str, answers))
    n_homes = Household.objects.count() - homes
    n_mails = OutboxMail.objects.count() - mails
    wrong = {
        f"{n_homes} families": n_homes != 1,
        f"{n_mails} mails": n_mails != 1,
        f"answers {dict(counted)}": len(counted) != 1 or "302" not in str(answers[0]),
        "no confirmation": "''" in str(answers[0]),
    }
    return {
        "callers": callers,
        "families": n_homes,
        "mails": n_mails,
        "confirmations": len(counted),
        "faults": [what for what, is_so in wrong.items() if is_so],
    }
