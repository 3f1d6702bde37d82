"""Particulars: which source wins, and the nightly rules of quality."""

from registry.policies.row import PolicyRow

_RULINGS = ["identity-ruling", "national-back-office", "split"]
_OFFICE = ["office-correction", "merge"]
_PRACTICES = ["practice-acceptance", "practice-amendment", "practice-letter"]
_HEARSAY = ["council", "post-office", "screening-return"]
_DOCUMENTS = ["certificate", "deed", "court-order", "seen-document", "national-record", "ruling"]
_NATIONAL_FIRST = [_RULINGS, _OFFICE, ["national"], [*_PRACTICES, "patient-letter"], _HEARSAY]
_PRACTICES_FIRST = [_RULINGS, _OFFICE, _PRACTICES, ["national", "patient-letter"], _HEARSAY]

PRECEDENCE = {
    "usual": {
        # Equal: the national side repeats what some practice told it, and which of two is right only a person can say.
        "ranks": [_RULINGS, _OFFICE, [*_PRACTICES, "national", "patient-letter"], _HEARSAY],
        "by": "day",
        "needs_evidence": [],
        "hearsay": _HEARSAY,
    },
    "fields": {
        # A G2 is a professional's word and counts as evidence; without "practice-said" each would be asked about.
        "date_of_birth": {"ranks": _NATIONAL_FIRST, "by": "rank", "needs_evidence": [*_DOCUMENTS, "practice-said"]},
        "sex": {"ranks": _NATIONAL_FIRST, "by": "rank", "needs_evidence": [*_DOCUMENTS, "practice-said"]},
        "title": {"ranks": _PRACTICES_FIRST},
        "drugs_dispensed": {"ranks": _PRACTICES_FIRST},
        "residential_institute": {"ranks": _PRACTICES_FIRST},
    },
}

PARTICULARS: tuple[PolicyRow, ...] = (
    PolicyRow("particulars_precedence", PRECEDENCE, "Domain rules R15: no last write wins; the ranks are assumed"),
    PolicyRow("area_question_metres", 8000, "Assumed: a new home so far from the practice is asked about (para 27)"),
    PolicyRow("temporary_address_days", {"usual": 30, "most": 90}, "PDS FHIR API: rules of PATCH, days of an address"),
    PolicyRow("billing_address_days", {"usual": 366, "most": 366}, "PDS FHIR API: rules of PATCH, days of an address"),
    PolicyRow("quality_round_at", "02:00", "Office practice: at night, London time"),
    PolicyRow("quality_cases_a_night", 50, "Office practice: as many new cases as a day can settle; the oldest first"),
    PolicyRow("quality_case_working_days", 10, "Office practice: no practice waits for these answers"),
    PolicyRow("quality_oldest_years", 110, "Domain rules R15: nobody is likely to be older"),
    PolicyRow("quality_child_years", 16, "Domain rules R17: an orphan record is of somebody under 16"),
    PolicyRow("quality_most_in_a_dwelling", 8, "Domain rules R15: more than eight in a dwelling"),
    PolicyRow("quality_number_missing_days", 28, "Office practice: a number is allotted or traced by then"),
    PolicyRow("quality_special_postcode_days", 182, "Office practice: no fixed abode is asked about twice a year"),
)
