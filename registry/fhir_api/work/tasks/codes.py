"""What kinds of work there are, and where each comes from.

A kind that the register does not hold yet has its code here and no source: it joins by naming one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from registry.fhir.own import code_system

WORK = code_system("registration-work")
INPUT = code_system("registration-work-input")
OUTPUT = code_system("registration-work-output")
BUSINESS_STATUS = code_system("registration-work-status")
ACCEPTANCE_TYPE = code_system("acceptance-type")
ACCEPTANCE_CODE = code_system("acceptance-code")
DEDUCTION_REASON = code_system("deduction-reason")
FP69_REASON = code_system("fp69-reason")
CASE_KIND = code_system("case-kind")
ANSWER = code_system("fp69-answer")

Source = Literal["transactions", "cases", "matters", "messages"]
"""What holds the rows of a kind of work."""
Party = Literal["practice", "office"]


@dataclass(frozen=True, slots=True)
class WorkCode:
    """A kind of work. `kinds` are the names of its rows in their source (transactions, matters, messages).

    `office_only`: no practice sees it, whomever it is about. `placed`: a practice may place it by POST.
    """

    display: str
    intent: Literal["order", "proposal"]
    source: Source | None
    kinds: tuple[str, ...] = ()
    office_only: bool = False
    placed: bool = False


CODES: Mapping[str, WorkCode] = {
    "acceptance": WorkCode("Acceptance of a patient", "order", "transactions", ("acceptance",), placed=True),
    "deduction-request": WorkCode(
        "Request that a patient be deducted", "proposal", "transactions", ("deduction-request",), placed=True
    ),
    "removal": WorkCode(
        "Removal by the practice", "proposal", "transactions", ("removal", "practice-removal"), placed=True
    ),
    "amendment": WorkCode(
        "Amendment of particulars", "proposal", "transactions", ("amendment", "particulars", "notice")
    ),
    "cancellation-request": WorkCode(
        "Request that work be cancelled", "proposal", "transactions", ("cancellation",), placed=True
    ),
    "deduction": WorkCode("Deduction told to a practice", "order", "messages", ("F2",)),
    "fp69": WorkCode("Address in doubt (FP69)", "order", "matters", ("fp69",)),
    "query": WorkCode("Query to a practice", "order", "matters", ("query",)),
    "fp69-request": WorkCode("FP69 to be allowed", "proposal", "matters", ("fp69-request",), office_only=True),
    "duplicate": WorkCode("Duplicate to be merged", "proposal", "matters", ("duplicate",), office_only=True),
    "possible-duplicate": WorkCode("Possible duplicate", "proposal", "cases", office_only=True),
    "anomaly": WorkCode("Case for a person to settle", "proposal", "cases", office_only=True),
    "record-movement": WorkCode("Movement of a record", "order", None),
    "subject-access": WorkCode("Subject access request", "order", None),
}
"""Every kind, by its code in the system `registration-work`."""

LEFT_OUT: Mapping[str, str] = {
    "own-removal": "asked by the patient: no practice placed it",
    "immediate-removal": "about violence: told to those entrusted with the scheme",
    "placement": "the special allocation scheme",
    "assignment": "the office's own decision, told by its matter",
    "birth-notice": "what somebody told the office, done at once",
    "expiry": "done by a clock; its FP69 is the work",
    "returned-mail": "done at once; the FP69 that follows is the work",
    "reversal": "done at once, after its matter",
    "special-registration": "done at once by the office",
    "merge": "done at once, after its matter",
    "merge-undo": "done at once by the office",
    "split": "done at once, after its matter",
    "new-person": "a number asked for by POST Patient, which answers at once",
}
"""Kinds of transaction that are no Task, and why."""

MATTERS_LEFT_OUT: Mapping[str, str] = {
    "counter-fraud": "nobody who is not entrusted is told that there is any",
    "violence-notice": "the special allocation scheme",
    "special-allocation": "the special allocation scheme",
    "scheme-appeal": "the special allocation scheme",
    "protection": "protected people",
    "number-allotment": "two people on one number: told apart by the office's own routes",
    "confusion": "two people on one number: told apart by the office's own routes",
    "birth": "the office's own, before there is a person",
    "liaison": "work of another body, with evidence that is frozen",
    "assignment": "the office's own",
    "practice-refusal": "the office's own",
    "temporary-residence": "the office's own",
    "forces-registration": "the office's own",
    "crown-return": "the office's own",
    "pre-registration": "the office's own",
    "reversal": "the office's own, of two people",
    "quarter-close": "about nobody",
    "newcomer": "the office's own, about a number asked for by POST Patient",
}
"""Kinds of matter that are no Task, and why."""


def code_of(source: Source) -> Mapping[str, str]:
    """The code of each kind of row of a source."""
    return {kind: code for code, each in CODES.items() if each.source == source for kind in each.kinds}


def concept(system: str, code: str, display: str | None = None) -> dict[str, object]:
    """A CodeableConcept of one coding."""
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}
