"""How much of the FHIR API one caller may have."""

from registry.policies.row import PolicyRow

FHIR_LIMITS: tuple[PolicyRow, ...] = (
    # PDS lets an application have 5 requests and 3 creations a second: {"per_second": 5, "burst": 10, "costs":
    # {"create": 1.67}}. Ours is made so that nobody at work meets it, and one who walks through the register does.
    PolicyRow(
        "fhir_rate",
        {
            "per_second": 1000,
            "burst": 5000,
            "costs": {"search-type": 3, "create": 3, "patch": 2, "$match": 5, "$export": 20},
        },
        "PDS FHIR API: rate limits; requests of one caller to one process, a read costing 1; null is no limit",
    ),
    PolicyRow(
        "people_read_in_a_day",
        2000,
        "Office practice: who has looked at more different people in a day is named to information governance",
    ),
    PolicyRow("list_exports_at_once", 5, "Office practice: exports of one practice, or of the office, being made"),
    PolicyRow("list_export_kept_hours", 24, "Office practice: the files of an export are fetched within a day"),
    PolicyRow(
        "list_export_since_overlap_seconds",
        60,
        "Office practice: what was under way when the last export began is told again rather than not at all",
    ),
)
