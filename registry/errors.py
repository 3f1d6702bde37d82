"""Errors that the caller can act on, as one family.

A refusal by a rule of the register is an answer and not found here. These are requests that
could not be considered.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class RequestError(Exception):
    """A request that cannot be considered. Carries what the caller's format needs.

    `status` is HTTP's, `code` a FHIR issue type, `text` a sentence for the caller that names
    the field and holds no data of anybody, `field` the name or path of the field at fault; `spine` the
    code that the FHIR API has for it, where it has one of its own (`registry.fhir.spine`); `retry_after` in how many
    seconds the same request may be considered; `mended_by` the job that may mend what stood in the way, to be
    enqueued once the request has been undone.
    """

    status: int
    code: str
    text: str
    field: str | None = None
    spine: str | None = None
    retry_after: int | None = None
    mended_by: str | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code} {self.field or ''}".strip()


def bad_request(text: str, field: str | None = None, code: str = "invalid") -> RequestError:
    """400: the request is malformed."""
    return RequestError(400, code, text, field)


def unauthenticated(text: str) -> RequestError:
    """401: nobody known is asking."""
    return RequestError(401, "login", text)


def forbidden(text: str, field: str | None = None) -> RequestError:
    """403: who asks may not do this."""
    return RequestError(403, "forbidden", text, field)


def not_found(text: str) -> RequestError:
    """404: no such thing, or none that the caller may see."""
    return RequestError(404, "not-found", text)


def conflict(text: str, field: str | None = None) -> RequestError:
    """409: the facts have moved, or the same key came with other content."""
    return RequestError(409, "conflict", text, field)


def unprocessable(text: str, field: str | None = None) -> RequestError:
    """422: well formed, but not a request that this operation takes."""
    return RequestError(422, "business-rule", text, field)
