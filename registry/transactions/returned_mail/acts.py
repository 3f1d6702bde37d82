"""What the office may do with mail that came back."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncConnection

from registry.transactions.acts.act import AboutPerson, Act, Answer, Asked, Done, Group
from registry.transactions.context import Context
from registry.transactions.fp69.sent_letter import LARGEST_REFERENCE
from registry.transactions.returned_mail.causes import CAUSES
from registry.transactions.returned_mail.report import report
from registry.transactions.returned_mail.scan import scan
from registry.transactions.returned_mail.scan_many import Scanned, scan_many

_CAUSES = f"Why it came back: {', '.join(CAUSES)}."
MOST_AT_ONCE = 500


class Scan(Asked):
    """A letter of ours that came back."""

    reference: int = Field(ge=1, le=LARGEST_REFERENCE, description="The number under its barcode.")
    cause: str = Field(max_length=40, description=_CAUSES)


class Report(AboutPerson):
    """A letter of another office that came back to it."""

    letter_on: date = Field(description="The day on which it was sent.")
    cause: str = Field(max_length=40, description=_CAUSES)
    code: str = Field("8", max_length=1, description="The FP69 reason that fits: 4 for a screening letter.")


class Line(BaseModel):
    """A letter of a pile."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reference: int = Field(ge=1, le=LARGEST_REFERENCE, description="The number under its barcode.")
    cause: str = Field(max_length=40, description=_CAUSES)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """`4711,gone-away`, as it is typed on a command line."""
        if not isinstance(value, str):
            return value
        reference, _, cause = value.partition(",")
        return {"reference": reference, "cause": cause}


class ScanMany(Asked):
    """A pile of letters of ours."""

    lines: list[Line] = Field(
        min_length=1, max_length=MOST_AT_ONCE, description="The letters, in their order: 4711,gone-away."
    )


async def _scan(connection: AsyncConnection, context: Context, asked: Scan) -> Answer:
    return await scan(connection, context, asked.reference, asked.cause)


async def _report(connection: AsyncConnection, context: Context, asked: Report) -> Answer:
    return await report(connection, context, asked.nhs_number, asked.letter_on, asked.cause, asked.code)


async def _scan_many(connection: AsyncConnection, context: Context, asked: ScanMany) -> Answer:
    """Every line is accounted for: scanned, repeated, or refused with its sentence."""
    lines = await scan_many(connection, context, [(line.reference, line.cause) for line in asked.lines])
    counts = {result: sum(line.result == result for line in lines) for result in ("scanned", "repeated", "refused")}
    said = ", ".join(f"{count} {result}" for result, count in counts.items())
    return Done(f"{len(lines)} letters: {said}.", data={"counts": counts, "lines": [_told(line) for line in lines]})


def _told(line: Scanned) -> dict[str, object]:
    return {"reference": line.reference, "result": line.result, "outcome": line.outcome, "sentence": line.sentence}


RETURNED_MAIL = Group(
    "returned-mail",
    "Letters that came back: each scanned once, by its cause.",
    (
        Act(
            "returned-mail",
            "scan",
            "Scan a letter of ours that came back, and do what its cause asks for.",
            Scan,
            _scan,
            "returned-mail scan --reference 4711 --cause gone-away",
        ),
        Act(
            "returned-mail",
            "report",
            "Take another office's word that its letter to somebody came back.",
            Report,
            _report,
            "returned-mail report 9990000018 --letter-on 2026-10-05 --cause gone-away --code 4",
        ),
        Act(
            "returned-mail",
            "scan-many",
            "Scan a pile of letters at once; every line is answered.",
            ScanMany,
            _scan_many,
            "returned-mail scan-many --lines 4711,gone-away --lines 4712,refused",
        ),
    ),
)
