"""The number of the request that is answered, for audit rows and log lines."""

import contextvars

# Set for each request, so that all its rows and lines can be found together.
request_id: contextvars.ContextVar[str] = contextvars.ContextVar(
    "request_id", default=""
)
