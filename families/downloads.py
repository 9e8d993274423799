"""Fetches a file of which nobody knows beforehand how big or how slow it is."""

import time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

CHUNK_BYTES = 64 * 1024
ANSWER_SECONDS = 15
WHOLE_SECONDS = 120


class NotFetched(Exception):
    """The file was not fetched; the message says why."""


class _HttpsOnly(HTTPRedirectHandler):
    def http_error_302(self, req, fp, code, msg, headers):
        location = headers.get("Location") or headers.get("URI") or ""
        try:
            _refuse_unless_https(urljoin(req.full_url, location))
        except NotFetched:
            fp.close()
            raise
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _refuse_unless_https(url: str) -> None:
    if urlsplit(url).scheme != "https":
        raise NotFetched("only https addresses are fetched")


def fetch(url: str, *, most_bytes: int) -> bytes:
    """What lies at an https address.

    Raises:
        NotFetched: another kind of address, out of reach, too slow or too big.
    """
    _refuse_unless_https(url)
    deadline = time.monotonic() + WHOLE_SECONDS
    content = bytearray()
    try:
        # Only https comes here, also after a redirect.
        with build_opener(_HttpsOnly).open(url, timeout=ANSWER_SECONDS) as answer:
            while chunk := answer.read(CHUNK_BYTES):
                content += chunk
                if len(content) > most_bytes:
                    raise NotFetched(f"the file is bigger than {most_bytes} bytes")
                if time.monotonic() > deadline:
                    raise NotFetched(f"it takes more than {WHOLE_SECONDS} seconds")
    except HTTPError as error:
        error.close()
        raise NotFetched(f"it cannot be fetched: {error}") from error
    except (HTTPException, OSError, ValueError) as error:
        raise NotFetched(f"it cannot be fetched: {error}") from error
    return bytes(content)
