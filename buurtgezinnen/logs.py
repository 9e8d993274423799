"""Lines of the log: what went wrong and where, and nothing that anybody typed."""

import logging
import time
from collections.abc import Iterator
from traceback import walk_tb

from families.request_ids import request_id

OWN = ("families", "matching", "agreements", "buurtgezinnen")


class PlacesOnly(logging.Formatter):
    """Writes classes of errors and places in the code, never a value.

    The words of an error quote what was typed, and an address may hold the token of a
    family: neither is written, nor are variables. Of a sentence of somebody else's
    code only the pattern is kept, as nobody knows what it is filled in with.
    """

    converter = time.gmtime
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, with the lines of its error below it."""
        said = " ".join(
            (
                self.formatTime(record),
                record.levelname,
                record.name,
                f"[{request_id.get() or '-'}]",
                _what(record),
            )
        )
        error = record.exc_info[1] if record.exc_info else None
        return "\n".join((said, *_places(error)))


def _what(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if request is not None:
        match = getattr(request, "resolver_match", None)
        page = match.view_name if match else "-"
        method = getattr(request, "method", None) or "-"
        return f"{getattr(record, 'status_code', '-')} {method} {page}"
    if record.name.partition(".")[0] in OWN:
        return record.getMessage()
    return str(record.msg)


def _places(error: BaseException | None) -> Iterator[str]:
    """The class of an error and its frames, and those of what caused it."""
    while error is not None:
        kind = type(error)
        yield f"  {kind.__module__}.{kind.__qualname__}"
        for frame, line in walk_tb(error.__traceback__):
            code = frame.f_code
            yield f"    {code.co_filename}:{line} {code.co_name}"
        hidden = None if error.__suppress_context__ else error.__context__
        error = error.__cause__ or hidden
