"""What the office may do here."""

from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Group, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.assignment import asked
from registry.transactions.assignment.apply import apply, apply_unknown
from registry.transactions.assignment.assign import assign, offer
from registry.transactions.assignment.facilities import set_facilities
from registry.transactions.assignment.identify import identify, take_back_offer
from registry.transactions.assignment.look import candidates, decision, fairness, refusals
from registry.transactions.assignment.machine import APPLICATION, REFUSAL
from registry.transactions.assignment.refusal_acts import (
    close_breach,
    give_reasons,
    record_for_applicant,
    record_for_person,
)
from registry.transactions.assignment.vet import find_eligible, refer_to_panel, refuse, withdraw

_GROUP = "assignments"
_READ = Permission.READ_MATTERS

REFUSE = Act(
    _GROUP, "refusal", "Record that a practice refused somebody of the register", asked.PracticeRefusal,
    record_for_person,
    "assignments refusal 9990000018 --practice Y90001 --refused-on 2026-11-02 --ground list-full",
)  # fmt: skip
REFUSE_APPLICANT = matter_act(
    APPLICATION, _GROUP, "add-refusal", asked.RefusalOfApplicant, record_for_applicant,
    name="refusal-of-applicant", summary="Record that a practice refused an applicant who is not in the register",
)  # fmt: skip
REASONS_GIVEN = matter_act(
    REFUSAL, _GROUP, "give-reasons", asked.ReasonsGiven, give_reasons,
    name="reasons-given", summary="Note that the written reasons of a refusal were given",
)  # fmt: skip
CLOSE_BREACH = matter_act(
    REFUSAL, _GROUP, "close-breach", OnMatter, close_breach,
    summary="End the chase for written reasons that never came, with a reason",
)  # fmt: skip
REFUSALS = Act(_GROUP, "refusals", "The register of refusals", asked.Refusals, refusals, permission=_READ)
APPLY = Act(
    _GROUP, "apply", "Receive the application of somebody of the register", asked.Apply, apply,
    "assignments apply 9990000018 --wanted Y90001 --unwanted Y90004 --circumstances housebound",
)  # fmt: skip
APPLY_UNKNOWN = Act(
    _GROUP, "apply-unknown", "Receive the application of somebody whom the register does not hold",
    asked.ApplyUnknown, apply_unknown,
    'assignments apply-unknown --surname Example --first-forename Ada --date-of-birth 1990-05-01 --postcode "ZX1 1AA"',
)  # fmt: skip
IDENTIFY = Act(_GROUP, "identify", "Say who in the register an applicant is", asked.Identify, identify)
FIND_ELIGIBLE = matter_act(
    APPLICATION, _GROUP, "find-eligible", OnMatter, find_eligible,
    summary="Find an applicant eligible: refused by a practice, on no list, not on the scheme",
)  # fmt: skip
CANDIDATES = Act(
    _GROUP, "candidates", "The practices for an application, best first, with every factor", asked.OfApplication,
    candidates, permission=_READ,
)  # fmt: skip
ASSIGN = matter_act(
    APPLICATION, _GROUP, "assign", asked.Choose, assign,
    summary="Assign an applicant to a practice: on its list from today",
    example="assignments assign ID --version 2 --practice Y90001",
)  # fmt: skip
OFFER = matter_act(
    APPLICATION, _GROUP, "offer", asked.Choose, offer,
    summary="Have a practice accept an applicant who is not in the register",
)  # fmt: skip
TAKE_BACK_OFFER = matter_act(
    APPLICATION, _GROUP, "take-back-offer", OnMatter, take_back_offer,
    summary="Choose anew: the practice does not accept the applicant",
)  # fmt: skip
REFER_TO_PANEL = matter_act(
    APPLICATION, _GROUP, "refer-to-panel", OnMatter, refer_to_panel,
    summary="Keep an application for a panel: no open list is left",
)  # fmt: skip
WITHDRAW = matter_act(
    APPLICATION, _GROUP, "withdraw", OnMatter, withdraw, summary="Note that an applicant no longer asks"
)  # fmt: skip
REFUSE_APPLICATION = matter_act(
    APPLICATION, _GROUP, "refuse", asked.RefuseApplication, refuse,
    summary="Refuse an application; the answer does not tell why",
)  # fmt: skip
DECISION = Act(
    _GROUP, "decision", "What was decided about an application, and why", asked.OfApplication, decision,
    permission=_READ,
)  # fmt: skip
FACILITIES = Act(
    _GROUP, "facilities", "Say in full what a practice offers", asked.Facilities, set_facilities,
    "assignments facilities --practice Y90001 --facility step-free --facility interpreter",
)  # fmt: skip
FAIRNESS = Act(
    _GROUP, "fairness", "How assignments were shared out among practices", asked.Fairness, fairness,
    "assignments fairness --from 2026-01-01 --to 2026-12-31", permission=_READ,
)  # fmt: skip

ASSIGNMENT = Group(
    _GROUP,
    "People who cannot get on a list: applications, candidates, and the practice assigned.",
    (
        REFUSE,
        REFUSE_APPLICANT,
        REASONS_GIVEN,
        CLOSE_BREACH,
        REFUSALS,
        APPLY,
        APPLY_UNKNOWN,
        IDENTIFY,
        FIND_ELIGIBLE,
        CANDIDATES,
        ASSIGN,
        OFFER,
        TAKE_BACK_OFFER,
        REFER_TO_PANEL,
        WITHDRAW,
        REFUSE_APPLICATION,
        DECISION,
        FACILITIES,
        FAIRNESS,
    ),
)
