"""One request under /FHIR/R4 as its handler sees it, and the answer that it gives."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.requests import Request

from registry.audit.record import record_read
from registry.database import Writes
from registry.errors import RequestError
from registry.fhir import refusals
from registry.fhir.check_resource import check_resource
from registry.fhir.outcomes import Json
from registry.http.answers import FHIR_BASE, FHIR_JSON
from registry.http.bodies import parse_json
from registry.security.callers import Caller
from registry.settings import Settings
from registry.transactions.context import Context
from registry.values.clock import Clock


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. `resource` is JSON data or None; `version` becomes the ETag; `location` is below the base.

    `stream` is a body too large to be held at once: it is read when the unit of work is over, and so opens its own.
    """

    resource: Any = None
    status: int = 200
    version: int | None = None
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media: str = FHIR_JSON
    stream: AsyncIterator[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose token, headers and parameters were checked.

    `query` holds the parameters in the order sent, of the query or, for `_search`, of the form; names that the
    interaction does not declare are not in it.
    """

    request: Request
    caller: Caller
    context: Context
    engine: AsyncEngine
    settings: Settings
    query: tuple[tuple[str, str], ...]
    body: bytes
    request_id: str
    lenient: bool
    base: str
    """The address of the API as the caller reaches it, without a slash at the end."""

    @property
    def clock(self) -> Clock:
        return self.context.clock

    @property
    def path(self) -> Mapping[str, str]:
        """The parts of the path that vary, by name."""
        return self.request.path_params

    def all(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return [value for key, value in self.query if key == name]

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be given once. Raises RequestError where it was given twice."""
        values = self.all(name)
        if len(values) > 1:
            raise refusals.refusal(400, "TOO_MANY_VALUES_SUBMITTED", f"Too many values submitted - '{name}'", name)
        return values[0] if values else None

    def json(self) -> Any:
        """The body as JSON. Raises RequestError (400)."""
        return parse_json(self.body)

    def resource(self, kind: str) -> Json:
        """The body as a whole resource of a kind. Raises RequestError (400) that names the field."""
        return check_resource(self.json(), kind)

    def header(self, name: str) -> str | None:
        return self.request.headers.get(name)

    def url(self, path: str) -> str:
        """The address of what is at a path below the base."""
        return f"{self.base}/{path}"

    @property
    def self_url(self) -> str:
        """The address of a search, with the parameters that were used."""
        path = self.request.url.path.removeprefix(FHIR_BASE + "/").removesuffix("/_search")
        return self.url(path) + (f"?{urlencode(self.query)}" if self.query else "")

    async def note_read(
        self,
        connection: AsyncConnection,
        what: str,
        patient_ids: Iterable[UUID],
        subject: Mapping[str, Any] | None = None,
    ) -> None:
        """Record that the caller was shown people, in the unit of work of the answer."""
        writes = Writes()
        record_read(writes, self.caller.actor, what, self.clock.now(), patient_ids, subject=subject)
        await writes.flush(connection)

    def expected_version(self) -> int:
        """The version that If-Match names. Raises RequestError: 412 without one, 409 for one that is no version."""
        text = self.header("if-match")
        if text is None:
            raise refusals.refusal(
                412,
                "PRECONDITION_FAILED",
                "Invalid request with error - If-Match header must be supplied to update this resource",
                "If-Match",
            )
        number = text.strip().removeprefix("W/").strip('"')
        if not (number.isascii() and number.isdigit() and len(number) <= 9):
            raise stale()
        return int(number)


def stale() -> RequestError:
    """409: the resource has moved on since the version that If-Match names."""
    text = "Invalid update with error - This resource has changed since you last read. Please re-read and try again"
    return refusals.refusal(409, "RESOURCE_VERSION_MISMATCH", text, "If-Match")
