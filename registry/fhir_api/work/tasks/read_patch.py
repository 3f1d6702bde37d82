"""The JSON Patch of a Task: a status, and perhaps its reason; nothing else of a Task is changed from outside."""

from dataclasses import dataclass
from typing import Any

from registry.fhir import refusals
from registry.fhir.check_resource import TASK_STATUSES
from registry.fhir.outcomes import Json
from registry.fhir_api.work.tasks.codes import ANSWER

_LONGEST = 2000
_MOST = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What a patch asks for."""

    status: str
    reason: str | None
    text: str


def read_patch(body: Any) -> Asked:
    """The status that a JSON Patch sets, and its reason. Raises RequestError (400, 403)."""
    patches = body.get("patches") if isinstance(body, dict) else body
    if not isinstance(patches, list) or not patches:
        raise refusals.invalid_update("No patches found")
    if len(patches) > _MOST:
        raise refusals.invalid_update("too many patches")
    status: str | None = None
    reason: Json = {}
    for index, each in enumerate(patches):
        path, value = _operation(each, index)
        if path == "/status":
            if not isinstance(value, str) or value not in TASK_STATUSES:
                raise refusals.invalid(value if isinstance(value, str) else "…", f"{index}/value")
            status = value
        elif path == "/statusReason" and isinstance(value, dict):
            reason = value
        elif path == "/statusReason":
            raise refusals.invalid("…", f"{index}/value")
        else:
            raise refusals.forbidden_update("only status and statusReason of a Task are changed", f"{index}/path")
    if status is None:
        raise refusals.missing("status")
    return Asked(status, _reason_code(reason), _reason_text(reason))


def _operation(each: Any, index: int) -> tuple[str, Any]:
    if not isinstance(each, dict):
        raise refusals.invalid("…", str(index))
    for name in ("op", "path", "value"):
        if name not in each:
            raise refusals.missing(f"{index}/{name}")
    if each["op"] not in ("add", "replace") or not isinstance(each["path"], str):
        raise refusals.invalid(each["op"] if isinstance(each["op"], str) else "…", f"{index}/op")
    return each["path"], each["value"]


def _reason_code(reason: Json) -> str | None:
    codings = reason.get("coding")
    if codings is None:
        return None
    if not isinstance(codings, list) or not all(isinstance(each, dict) for each in codings):
        raise refusals.invalid("…", "statusReason/coding")
    ours = [each.get("code") for each in codings if each.get("system") in (ANSWER, None)]
    return ours[0] if ours and isinstance(ours[0], str) else None


def _reason_text(reason: Json) -> str:
    text = reason.get("text", "")
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise refusals.invalid("…", "statusReason/text")
    return " ".join(text.split())
