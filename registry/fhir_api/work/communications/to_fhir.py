"""What was said in a query as a Communication."""

from collections.abc import Mapping
from typing import Any

from registry.fhir.outcomes import Json
from registry.fhir_api.work import references


def communication_resource(row: Mapping[str, Any], own_code: str | None) -> Json:
    """The Communication of a row of `store.find_communications`. `own_code` is the caller's practice.

    Of somebody whose whereabouts are protected since, what was said is not shown.
    """
    practice = references.practice(row["practice"] or own_code)
    sender, recipient = (references.OFFICE, practice) if row["from_office"] else (practice, references.OFFICE)
    told: Json = {
        "resourceType": "Communication",
        "id": str(row["id"]),
        "meta": {"versionId": "1", "lastUpdated": references.instant(row["sent_at"])},
        "partOf": [{"reference": f"Task/{row['matter_id']}", "type": "Task"}],
        "status": "completed",
        "sent": references.instant(row["sent_at"]),
        "sender": sender,
        "recipient": [recipient],
    }
    if row["in_response_to"] is not None:
        told["inResponseTo"] = [{"reference": f"Communication/{row['in_response_to']}", "type": "Communication"}]
    if (subject := references.person(row["nhs_number"])) is not None:
        told["subject"] = subject
    if row["text"] is not None:
        told["payload"] = [{"contentString": row["text"]}]
    return told
