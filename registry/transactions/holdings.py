"""What each table holds of people, and what becomes of it when a record is merged away or an identity sealed.

Every table is named here; a house test asks for it. So whoever adds one has to say whether it holds
something of somebody, and how that follows the person.

- **Merge.** What is still to happen goes to the survivor; what has happened stays where it was
  recorded and is read through (`patients.merged_into`). `open_when` tells one from the other.
- **Seal.** What names somebody is blanked, column by column, after it has been put into the vault.
  Ids, codes, days and movements stay: closed counts never change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Holding:
    """How a table holds people.

    `person` is the column with the person's id, an array where `many`; None where a row is found only by
    way of another (`by`, an SQL condition on `:people`, an array of ids). `open_when` is true for
    rows that are still to happen; None: the table holds history alone. `sealed` says what each column
    becomes when its person's identity is sealed, as SQL.
    """

    table: str
    person: str | None = "patient_id"
    many: bool = False
    by: str | None = None
    open_when: str | None = None
    sealed: Mapping[str, str] = field(default_factory=dict[str, str])


NOBODYS = (
    "access_tokens", "balance_days", "daily_balances", "failing_work", "letter_batches", "link_gaps", "link_sequences",
    "lists", "monitor_clocks", "policies", "postcode_places", "practice_doctors", "practice_facilities", "practices",
    "quarter_counts", "quarters", "scheme_practices", "simulated_outage",
    # The national side as development imagines it: the world outside, and no part of the register.
    "simulated_people", "simulated_registrations",
)  # fmt: skip
"""Tables that hold nothing of any patient."""

HOLDINGS: tuple[Holding, ...] = (
    Holding("patients", "id"),
    Holding("patient_numbers", open_when="true"),
    Holding("patient_former_names"),
    Holding("patient_former_addresses"),
    Holding("patient_versions"),
    Holding("match_keys", open_when="true"),
    Holding(
        "match_decisions", None, by="transaction_id in (select id from transactions where patient_id = any(:people))"
    ),
    Holding("transactions", open_when="due_at is not null or chase_at is not null"),
    Holding("list_movements"),
    Holding("list_memberships"),
    Holding("pending_deductions", open_when="state = 'pending'"),
    Holding("practice_messages", open_when="closed_at is null"),
    Holding("national_requests", open_when="state <> 'C'"),
    Holding("anomalies", "patient_ids", many=True, open_when="state = 'open'"),
    Holding("matters", open_when="closed_at is null"),
    Holding("matter_events", None, by="matter_id in (select id from matters where patient_id = any(:people))"),
    Holding("letters", open_when="state in ('queued', 'handed-over')"),
    Holding("assignment_decisions"),
    Holding("assignment_candidates", None, by="false"),
    Holding("assignment_applicants", None, by="matter_id in (select id from matters where patient_id = any(:people))"),
    Holding("practice_refusals"),
    Holding("scheme_incidents"),
    Holding("scheme_notes"),
    Holding("birth_notices", None, by="matter_id in (select id from matters where patient_id = any(:people))"),
    Holding("notice_files", None, by="false"),
    Holding("notice_lines", None, by="transaction_id in (select id from transactions where patient_id = any(:people))"),
    Holding("interchanges", None, by="id in (select interchange_id from transactions where patient_id = any(:people))"),
    Holding(
        "facade_requests",
        None,
        by="operation_id in (select operation_id from transactions where patient_id = any(:people))",
    ),
    Holding("paper_batches", None, by="false"),
    Holding("paper_forms", None, by="transaction_id in (select id from transactions where patient_id = any(:people))"),
    Holding("audit_events", "patient_ids", many=True),
)
"""Every table that does."""
