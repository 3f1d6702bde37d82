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
    becomes when its person's identity is sealed, as SQL; where `gone`, the row itself goes into the vault.
    """

    table: str
    person: str | None = "patient_id"
    many: bool = False
    by: str | None = None
    open_when: str | None = None
    sealed: Mapping[str, str] = field(default_factory=dict[str, str])
    gone: bool = False


def _kept(column: str, keys: str) -> str:
    """What is left of a JSON object when all but some keys are blanked."""
    return (
        f"coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each({column}) e where e.key in ({keys})),"
        " '{}'::jsonb)"
    )


_BLANK_NAME = dict.fromkeys(("surname", "first_forename", "second_forename", "other_forenames", "title"), "''")
_BLANK_ADDRESS = {**{f"line_{number}": "''" for number in range(1, 6)}, "postcode": "null"}

_OF_PRACTICES = "'acceptance', 'amendment', 'removal', 'deduction-request', 'notice', 'birth-notice'"
"""Kinds of transaction whose command describes a person; those of the office hold ids, codes and days."""

_OUT_OF_AREA = r"coalesce(command ->> 'free_text', '') ~* '\mOOAR\M|\mOOA[[:space:].:/-]*REG(ISTRATION|ISTERED)?\M'"
"""What is left of a form's text: that it asked for a registration out of the area, which the stay says too."""

_CODES = r"'^([0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d([T ][0-9:.+Z-]+)?|\d{1,5}|[a-z][a-z-]*|[A-Z]{3}|[A-Z]\d{5})$'"
"""Ids, days, instants, small numbers, the register's own words, reasons and ODS codes: no name begins small."""

SEALED_FACTS = (
    "coalesce((select jsonb_object_agg(e.key, e.value) from jsonb_each(facts) e where jsonb_typeof(e.value) in"
    " ('boolean', 'null') or jsonb_typeof(e.value) in ('string', 'number') and e.value #>> '{}' ~ "
    + _CODES
    + "), '{}'::jsonb)"
)
"""What is left of the facts of a matter."""

SEALED_PERSON: Mapping[str, str] = {
    "version": "1",
    "nhs_number": "null",
    "status": "case when merged_into is null then 'invalidated' else status end",
    **_BLANK_NAME,
    "previous_surname": "null",
    "sex": "'0'",
    "date_of_birth": "null",
    "date_of_death": "null",
    "place_of_birth": "null",
    **_BLANK_ADDRESS,
    "drugs_dispensed": "false",
    "residential_institute": "null",
    "restricted": "false",
    "apart": "true",
    "provenance": "'{}'::jsonb",
    "elements": "'{}'::jsonb",
}
"""What is left of a person: a shell that is on the lists where it was, so that closed counts stand."""


NOBODYS = (
    "access_tokens", "balance_days", "daily_balances", "event_counters", "event_subscriptions", "failing_work",
    "invalidated_numbers", "letter_batches", "link_gaps", "link_sequences", "lists", "match_sweeps",
    "monitor_clocks", "name_counts", "policies", "postcode_places", "practice_doctors", "practice_facilities",
    "practices", "quality_rounds", "quarter_counts", "quarters", "scheme_practices", "simulated_outage",
    # Systems, and the assertions that they have used.
    "oauth_assertions", "oauth_clients",
    # Names that many bear, and how many: nobody in particular.
    "name_frequencies",
    # Who asked for an export and how far it is.
    "list_export_files", "list_export_progress", "list_exports",
    # What pages are signed with, and numbers that are nobody's yet.
    "number_orders", "number_reserve", "page_keys",
    # A case with another body: its people and its evidence are named below.
    "counter_fraud_runs", "liaison_cases", "liaison_packs", "liaison_reads",
    # The national side as development imagines it: the world outside, and no part of the register.
    "simulated_people", "simulated_registrations", "simulated_reserve",
)  # fmt: skip
"""Tables that hold nothing of any patient."""

HOLDINGS: tuple[Holding, ...] = (
    Holding("patients", "id", sealed=SEALED_PERSON),
    Holding("patient_numbers", open_when="true", gone=True),
    Holding("patient_former_names", gone=True),
    Holding("patient_former_addresses", gone=True),
    Holding("patient_versions", gone=True),
    Holding("match_keys", open_when="true", gone=True),
    Holding(
        "match_decisions",
        None,
        by="transaction_id in (select id from transactions where patient_id = any(:people))",
        sealed={"candidates": "'[]'::jsonb"},
    ),
    # Nothing here is still to happen: what a merge changes, the next sweep compares again.
    Holding("match_pairs", gone=True),
    Holding(
        "transactions",
        open_when="due_at is not null or chase_at is not null",
        sealed={
            "command": f"case when kind not in ({_OF_PRACTICES}) then "
            + _kept("command", "'practice', 'incident', 'acts_at', 'letter', 'accepted_on', 'acceptance', 'moved'")
            + f" when {_OUT_OF_AREA} then jsonb_build_object('free_text', 'OOAR') else '{{}}'::jsonb end",
            "ruling": "null",
            "warnings": "'[]'::jsonb",
        },
    ),
    Holding("list_movements"),
    Holding("list_memberships"),
    Holding("pending_deductions", open_when="state = 'pending'", sealed={"held_because": "null"}),
    Holding(
        "practice_messages",
        open_when="closed_at is null",
        sealed={
            "content": _kept("content", "'gp_code', 'fp69_expiry', 'quarter_end'"),
            # Whatever else a practice took at that moment may be about the new record.
            "sent_at": "date_trunc('day', sent_at, 'UTC')",
            "closed_at": "date_trunc('day', closed_at, 'UTC')",
        },
    ),
    Holding("national_requests", open_when="state <> 'C'", sealed={"question": "'{}'::jsonb", "answer": "null"}),
    Holding(
        "anomalies",
        "patient_ids",
        many=True,
        open_when="state = 'open'",
        sealed={"evidence": "'{}'::jsonb", "decision_reason": "null"},
    ),
    Holding("matters", open_when="closed_at is null", sealed={"facts": SEALED_FACTS, "held_because": "null"}),
    Holding("confusion_people", gone=True),
    Holding(
        "attributions",
        sealed={
            "row_key": "case table_name when 'patient_numbers' then id::text else row_key end",
            "evidence": "''",
            "said_by": "null",
        },
    ),
    Holding(
        "matter_events",
        None,
        by="matter_id in (select id from matters where patient_id = any(:people))",
        sealed={
            "reason": "null",
            "details": "case when details ? 'age_at_expiry' then jsonb_build_object('age_at_expiry',"
            " least((details ->> 'age_at_expiry')::integer, 18)) else '{}'::jsonb end",
        },
    ),
    Holding(
        "letters",
        open_when="state in ('queued', 'handed-over')",
        sealed={"content": _kept("content", "'removal_on'")},
    ),
    Holding("assignment_decisions", sealed={"reason": "null", "explanation": "''"}),
    Holding(
        "assignment_candidates",
        None,
        by="decision_id in (select id from assignment_decisions where patient_id = any(:people))",
        sealed={"verdict": "''", "factors": "'[]'::jsonb"},
    ),
    Holding(
        "assignment_applicants",
        None,
        by="matter_id in (select id from matters where patient_id = any(:people))",
        sealed={
            "stated_number": "null",
            "surname": "''",
            "first_forename": "''",
            "date_of_birth": "null",
            "sex": "'0'",
            **_BLANK_ADDRESS,
        },
    ),
    Holding("practice_refusals"),
    Holding(
        "protected_openings",
        sealed={
            "reason": "'The record is no longer in use.'",
            "remark": "case when remark is not null then '' end",
        },
    ),
    Holding("protection_words", sealed={"words": "''"}),
    Holding(
        "liaison_people", open_when="exists (select from matters x where x.id = matter_id and x.closed_at is null)"
    ),
    Holding(
        "liaison_items",
        None,
        by="(matter_id, person) in (select matter_id, number from liaison_people where patient_id = any(:people))",
    ),
    Holding("scheme_incidents", sealed={"notifier": "''", "incident_number": "null", "narrative": "''"}),
    Holding("scheme_notes", sealed={"text": "''"}),
    Holding(
        "birth_notices", None, by="matter_id in (select id from matters where patient_id = any(:people))", gone=True
    ),
    # A practice goes by the numbers of its events: they stay, and no longer say about whom.
    Holding("practice_events", sealed={"nhs_number": "null", "patient_id": "null"}),
    # Answers of the last day name nobody whom a merge could find: they go, whoever they are about, in a day.
    Holding("fhir_requests", None, by="false"),
    # Files of exports are as the list was, and go in a day.
    Holding("list_export_chunks", None, by="false"),
    Holding("notice_files", None, by="false"),
    Holding(
        "notice_lines",
        None,
        by="transaction_id in (select id from transactions where patient_id = any(:people))",
        sealed={"reference": "''"},
    ),
    Holding(
        "interchanges",
        None,
        by="id in (select interchange_id from transactions where patient_id = any(:people)"
        " union select interchange_id from practice_messages where patient_id = any(:people))",
        sealed={"content": "''::bytea"},
    ),
    Holding(
        "facade_requests",
        None,
        by="operation_id in (select operation_id from transactions where patient_id = any(:people))",
        sealed={"body": "''::bytea"},
    ),
    Holding("paper_batches", None, by="false"),
    Holding(
        "paper_forms",
        None,
        by="transaction_id in (select id from transactions where patient_id = any(:people))",
        sealed={"reason": "case when reason is not null then '' end"},
    ),
    # What was said stays with whom it was said of; a query that is open goes on by its matter.
    Holding("query_messages", sealed={"text": "'The record is no longer in use.'", "told_by": "null"}),
    Holding("quality_findings", open_when="gone_at is null"),
    Holding("audit_events", "patient_ids", many=True, sealed={"subject": "subject - 'reason'"}),
    Holding(
        "merges",
        "target_id",
        sealed={
            "source_before": "'{}'::jsonb",
            "target_before": "'{}'::jsonb",
            "reason": "''",
            "undone_because": "case when undone_because is not null then '' end",
        },
    ),
    Holding(
        "merge_items",
        None,
        by="merge_id in (select id from merges where source_id = any(:people) or target_id = any(:people))",
        sealed={"before": "'{}'::jsonb", "after": "'{}'::jsonb"},
    ),
    Holding(
        "duplicate_judgements",
        sealed={
            "reason": "''",
            **dict.fromkeys(("digest", "other_digest", "score", "levels", "model_version"), "null"),
            "normaliser_version": "null",
        },
    ),
)
"""Every table that does."""
