"""Posts that no browser sends, to every form that anybody may send.

The forms are found through the addresses of the site, so that a new one is tried too.
"""

import json
import random
import re
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client

from buurtgezinnen.tests.addresses import ADDRESSES, Who
from buurtgezinnen.tests.own import asking, come_in
from buurtgezinnen.tests.robots import browser, full_draft
from buurtgezinnen.tests.world import World, make_world
from families.forms.referral_steps import REFERRAL
from families.forms.steps import INTAKES
from families.models import PostcodeArea
from families.tests.applying import CONSENT, FORM, send, served
from families.tests.browser_form import sent_by
from families.tests.referring import refer_until_check

SEED = 2026
MOST_MILLISECONDS = 2000
FAULTS_TOLD = 20
SERVER_ERROR = 500

Values = list[tuple[str, str]]
Figures = dict[str, Any]

HOSTILE = (
    "",
    " \t\u00a0\u3000",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\u202eabc\u202d\u2066",
    "\u200b\u200d\ufeff",
    "👩‍👧‍👦🌱",
    "Zoe\u0308 en Zoë",
    "w" * 100_000,
    "woord " * 20_000,
    "1" * 22,
    "-0",
    "-1",
    "1e309",
    "NaN",
    "0x10",
    "٣١٢",
    "²",
    "01-01-0001",
    "31-12-9999",
    "0001-01-01",
    "9999-12-31",
    "0000-00-00",
    "31-02-2026",
    "29-2-1900",
    "9999-12-31T23:59:59Z",
    "[]",
    "{}",
    "null",
    "True",
    "on",
    "<script>alert(1)</script>",
    "'; DROP TABLE families_person; --",
    "{{ settings.SECRET_KEY }}",
    "%s%d%(x)s",
    "noor@buurt.example\r\nBcc: all@buurt.example",
    "=1+1",
    "../../../etc/passwd",
    "1431AB1431AB",
    "+31 (0)6 12 34 56 78 90 12 34",
    "a@" + "b" * 300 + ".example",
    "00000000-0000-0000-0000-000000000000",
)
CONTENT_TYPES = (
    "application/json",
    "text/plain",
    "",
    "x",
    f"{FORM}; charset=utf-16",
    f"{FORM}; charset=nonsense",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
)
# A box or a button to choose, with its name and what it sends.
BOX = re.compile(
    r'<input type="(?:checkbox|radio)" name="([^"]+)"(?: value="([^"]*)")?'
)
LANGUAGES = ("", "/en", "/ar", "/uk")


@dataclass(frozen=True)
class Post:
    """One post: what kind of badness, and all that is sent."""

    what: str
    body: bytes
    content_type: str = FORM
    query: str = ""
    cookies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PublicForm:
    """A form of the site that anybody may send.

    Attributes:
        name: of its address, with what stands in it.
        url: where it is sent to.
        client: makes a browser that has come as far as this page.
    """

    name: str
    url: str
    client: Callable[[], Client]


def public_forms(world: World) -> Iterator[PublicForm]:
    """Every form that needs no login, each page of each application by itself."""
    come = browsers()
    stranger = again(Client())
    for name, address in ADDRESSES.items():
        if address.who is not Who.ANYBODY or not address.post:
            continue
        given, here = address.of(world), str(address.url(name, world))
        kinds = INTAKES if given.get("kind") in INTAKES else {"": REFERRAL}
        for kind, intake in kinds.items():
            slugs = [step.slug for step in intake.steps] if "slug" in given else [""]
            for slug in slugs:
                url = here.replace(f"/{given.get('kind')}/", f"/{kind}/")
                url = url.replace(f"/{given.get('slug')}/", f"/{slug}/")
                client = come.get(f"{name.split('-')[0]} {kind}".strip(), stranger)
                yield PublicForm(f"{name} {kind} {slug}".strip(), url, client)


def browsers() -> dict[str, Callable[[], Client]]:
    """Browsers that have come as far as the pages whose names begin like this."""
    come: dict[str, Callable[[], Client]] = {}
    for kind in INTAKES:
        in_between = browser(kind, full_draft(kind)[1])
        for page in ("step", "check", "callback", "later"):
            come[f"intake:{page} {kind}"] = again(in_between)
        at_the_end = browser(kind, full_draft(kind)[1])
        send(at_the_end, f"/{kind}/controleren/", CONSENT[kind])
        come[f"intake:done {kind}"] = again(at_the_end)
    referring = Client()
    refer_until_check(referring)
    come["intake:refer"] = again(referring)
    application = asking()
    at_home = come_in(Client(), application)
    send(at_home, "/mijn/", {"reference": application.reference})
    come["mine"] = again(at_home)
    return come


def again(client: Client) -> Callable[[], Client]:
    """Makes browsers with the same cookies, as what each did is taken back."""
    told = client.cookies.output(header="", sep=";")

    def make() -> Client:
        fresh = Client(raise_request_exception=False)
        # What lies between the browser and the pages is made once.
        fresh.handler = client.handler
        fresh.cookies.load(told)
        return fresh

    return make


def as_body(values: Values) -> bytes:
    """Form data in bytes, also what UTF-8 cannot say."""
    return urlencode(values, errors="surrogatepass").encode()


def one_field(base: Values, chance: random.Random) -> Post:
    value = chance.choice(HOSTILE)
    if not base:
        return Post("one field", as_body([("name", value)]))
    at = chance.randrange(len(base))
    values = [*base[:at], (base[at][0], value), *base[at + 1 :]]
    return Post(f"{base[at][0]}={value[:20]!r}", as_body(values))


def all_fields(base: Values, chance: random.Random) -> Post:
    """All bad at once, short enough to be read."""
    short = [value for value in HOSTILE if len(value) < 1000]
    values = [(name, chance.choice(short)) for name, _value in base]
    return Post("all fields", as_body(values))


def fields_missing(base: Values, chance: random.Random) -> Post:
    kept = [pair for pair in base if chance.random() < 0.5]
    return Post("fields missing", as_body(kept))


def keys_twice(base: Values, chance: random.Random) -> Post:
    values = [(name, chance.choice(HOSTILE)) for name, _value in base[:4]]
    return Post("keys twice", as_body(base + values + base))


def keys_unknown(base: Values, chance: random.Random) -> Post:
    """Rows that do not exist, and names that mean something elsewhere."""
    names = ["rows", "remove", "add", "name-0", "age-999999", "later", "call", "code"]
    names += ["__proto__", "self", "é\0", "kinds", "moments", "wissen", "doen", "said"]
    values = [(chance.choice(names), chance.choice(HOSTILE)) for _time in range(4)]
    return Post("keys unknown", as_body(base + values))


def wrong_type(base: Values, chance: random.Random) -> Post:
    content_type = chance.choice(CONTENT_TYPES)
    body = chance.choice(
        [
            json.dumps({**dict(base), "name": "\ud800"}).encode(),
            as_body(base),
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nab',
            b"--x--",
            b"",
        ]
    )
    return Post(f"type {content_type!r}", body, content_type)


def raw_bytes(_base: Values, chance: random.Random) -> Post:
    body = chance.choice(
        [
            chance.randbytes(500),
            b"%",
            b"&&&===&=&",
            b"name=%ED%A0%80&name=%FF%FE&%00=%00",
            b"name=\xff\xfe",
            b"a" * 1000,
        ]
    )
    return Post("raw bytes", body)


def too_many(base: Values, _chance: random.Random) -> Post:
    return Post("too many fields", as_body(base + [("name", "a")] * 501))


def too_big(base: Values, _chance: random.Random) -> Post:
    return Post("10 MB", as_body(base) + b"&name=" + b"a" * 10_000_000)


def odd_cookies(base: Values, chance: random.Random) -> Post:
    names = ("draft-request", "draft-support", "sessionid", "csrftoken")
    told = ("", "a" * 4000, "é", "'; --", "..", "\x7f", "0" * 43)
    cookies = tuple((name, chance.choice(told)) for name in names)
    return Post("odd cookies", as_body(base), cookies=cookies)


def odd_query(base: Values, chance: random.Random) -> Post:
    value = chance.choice(HOSTILE)[:2000]
    names = ("verder", "next", "page", "code")
    query = urlencode([(name, value) for name in names], errors="surrogatepass")
    return Post("odd query", as_body(base), query=query)


MAKERS = [
    one_field,
    all_fields,
    fields_missing,
    keys_twice,
    keys_unknown,
    wrong_type,
    raw_bytes,
    too_many,
    too_big,
    odd_cookies,
    odd_query,
]
# What asks most of the forms comes most often.
OFTEN = [one_field] * 12 + [all_fields] * 3 + [keys_unknown] * 2 + [wrong_type] * 2


def bad_post(base: Values, chance: random.Random) -> Post:
    """One bad post, made from what a browser would send."""
    return chance.choice(MAKERS + OFTEN)(base, chance)


def typed_on(page: PublicForm) -> tuple[Values, Values]:
    """What a browser would send for the page as it stands, and what one may choose."""
    with transaction.atomic():
        response = page.client().get(page.url)
        transaction.set_rollback(True)
    html = response.content.decode(errors="replace")
    told = sent_by(html)
    typed = [(name, value) for name in told for value in told.getlist(name)]
    return typed, BOX.findall(html)


def try_form(page: PublicForm, others: list[PublicForm], n: int) -> Figures:
    """`n` bad posts to one form, each taken back; some after posts to other pages."""
    # The same for each run, and another for each form.
    chance = random.Random(SEED + zlib.crc32(page.name.encode()))  # noqa: S311
    typed, choices = typed_on(page)
    statuses, faults = Counter[str](), []
    milliseconds = []
    for _number in range(n):
        base = typed + chance.sample(choices, chance.randint(0, len(choices)))
        post = bad_post(base, chance)
        client = page.client()
        client.cookies.load(dict(post.cookies))
        with transaction.atomic():
            if chance.random() < 0.2:
                # Steps in another order, with what belongs on this page.
                before = chance.choice(others)
                _send(client, before.url, Post("before", as_body(base)))
            started = time.perf_counter()
            url = chance.choice(LANGUAGES) + page.url if chance.random() < 0.1 else ""
            status = _send(client, url or page.url, post)
            milliseconds.append(1000 * (time.perf_counter() - started))
            transaction.set_rollback(True)
        statuses[str(status)] += 1
        if status >= SERVER_ERROR:
            faults.append(f"{page.name}: {post.what}: {status}")
    return {"statuses": statuses, "milliseconds": milliseconds, "faults": faults}


def _send(client: Client, url: str, post: Post) -> int:
    client.raise_request_exception = False
    response = client.generic(
        "POST",
        url,
        post.body,
        content_type=post.content_type,
        query_params=None,
        QUERY_STRING=post.query,
    )
    return response.status_code


def try_all_forms(n: int, look: Callable[[str], None] = lambda _name: None) -> Figures:
    """`n` bad posts to each public form of the site; `look` hears how far it is."""
    world = make_world()
    if not PostcodeArea.objects.filter(postcode="1431").exists():
        served()
    pages = list(public_forms(world))
    statuses, milliseconds, faults = Counter[str](), [], []
    slowest = {}
    for page in pages:
        found = try_form(page, pages, n)
        statuses.update(found["statuses"])
        milliseconds += found["milliseconds"]
        slowest[page.name] = max(found["milliseconds"])
        faults += found["faults"]
        look(page.name)
    ordered = sorted(milliseconds)
    p99 = ordered[int(len(ordered) * 0.99)]
    if p99 >= MOST_MILLISECONDS:
        faults.append(f"p99 is {p99:.0f} ms")
    worst = max(slowest, key=lambda name: slowest[name])
    return {
        "forms": len(pages),
        "posts_per_form": n,
        "posts": len(milliseconds),
        "statuses": dict(sorted(statuses.items())),
        "server_errors": sum(
            n for status, n in statuses.items() if int(status) >= SERVER_ERROR
        ),
        "p50_ms": round(ordered[len(ordered) // 2], 1),
        "p99_ms": round(p99, 1),
        "slowest_ms": round(ordered[-1], 1),
        "slowest_form": worst,
        "faults": faults[:FAULTS_TOLD],
    }
