"""The rules of quality, as data: a sentence, and a query for the people of whom it holds.

Each is one statement over the whole register. A `case` is put before a person, some each night; an
`information` is counted by practice and no more, for it asks nobody for anything.

Source: domain rules R15 (rules to run nightly) and R17 (orphans, multiple occupancy).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from registry.transactions.context import Context
from registry.transactions.rules.assignment_factors import months_before


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by name, its sentence for a clerk, and the query for `patient_id`, each once.

    `review_after` is the policy of the days after which what a person accepted is asked again; None: only
    when the person's particulars change.
    """

    name: str
    sentence: str
    query: str
    severity: Literal["case", "information"] = "case"
    review_after: str | None = None


_ON_A_LIST = "patients p join list_memberships m on m.patient_id = p.id and upper_inf(m.period)"
# Whoever is kept apart is asked about by nobody but those who keep them apart.
_LIVING = "p.status = 'live' and not p.apart"
_SPECIAL = "(p.postcode like 'ZZ99%' or p.postcode in ('NFA', 'ANK'))"
_CARE_OF = r"p.line_1 ~* '^\s*(c/o|care\s+of)\M'"

# By the normalised address, as people are matched by. Whoever has no house, or lives where many do, is left out: so is
# who is in a prison, and who is kept apart, of whom nothing is compared with others.
_HOMES = f"""
    select k.postcode, k.address_key, p.id, p.date_of_birth, p.residential_institute is not null or r.secure as many,
      p.apart or {_CARE_OF} as apart
    from match_keys k join {_ON_A_LIST} on p.id = k.patient_id join practices r on r.id = m.list_id
    where k.is_current and k.postcode <> '' and k.address_key <> '' and p.status = 'live' and not {_SPECIAL}
"""

RULES: tuple[Rule, ...] = (
    Rule(
        "dead-on-list",
        "Somebody recorded as dead is on a practice's list.",
        f"select p.id as patient_id from {_ON_A_LIST} where p.status in ('informal-dead', 'formal-dead')",
    ),
    Rule(
        "gone-record-on-list",
        "A record that stands for nobody any more is on a practice's list.",
        f"select p.id as patient_id from {_ON_A_LIST} where p.status in ('superseded', 'invalidated') and not p.apart",
    ),
    Rule(
        "on-two-lists",
        "Somebody is on two practices' lists at once.",
        "select patient_id from list_memberships where upper_inf(period) group by patient_id having count(*) > 1",
    ),
    Rule(
        "number-check-digit",
        "An NHS number fails its check digit.",
        "select id as patient_id from patients where nhs_number is not null and not nhs_number_is_valid(nhs_number)",
    ),
    Rule(
        "born-after-acceptance",
        "The date of birth is after the day on which the practice accepted the person.",
        f"select p.id as patient_id from {_ON_A_LIST} where {_LIVING} and p.date_of_birth > m.accepted_on",
    ),
    Rule(
        "very-old",
        "Somebody on a list would be older than people become: a death that nobody told, or a wrong date of birth.",
        f"select p.id as patient_id from {_ON_A_LIST} where {_LIVING} and p.date_of_birth < :oldest",
    ),
    Rule(
        "number-missing",
        "Somebody has been on a list for long without an NHS number.",
        f"select p.id as patient_id from {_ON_A_LIST}"
        f" where {_LIVING} and p.nhs_number is null and p.created_at < :number_since",
    ),
    Rule(
        "child-alone",
        "A child is on a list at an address where no grown person is: the family may have moved.",
        f"""
        with homes as materialized ({_HOMES}),
        alone as (
          select postcode, address_key from homes group by postcode, address_key
          having bool_and(date_of_birth > :grown) and not bool_or(many)
        )
        select h.id as patient_id from alone join homes h using (postcode, address_key) where not h.apart
        """,
    ),
    Rule(
        "crowded-dwelling",
        "More people are on lists at one address than a dwelling holds; one of them stands for all.",
        f"""
        select min(id::text)::uuid as patient_id from ({_HOMES}) homes
        where not apart group by postcode, address_key having count(*) > :most and not bool_or(many)
        """,
    ),
    Rule(
        "postcode-special",
        "The postcode says that there is no home, or that it is not known: ask again.",
        f"select p.id as patient_id from {_ON_A_LIST} where {_LIVING} and {_SPECIAL}",
        review_after="quality_special_postcode_days",
    ),
    Rule(
        "postcode-unmatched",
        "The postcode is none: no postcode of the places known, or not of the shape of one.",
        f"""
        select p.id as patient_id from {_ON_A_LIST} left join postcode_places w on w.postcode = p.postcode
        where {_LIVING} and p.postcode is not null and w.postcode is null and not {_SPECIAL}
          and ((select exists (select from postcode_places))
            or p.postcode !~ '^[A-Z]{{1,2}}[0-9][A-Z0-9]? [0-9][A-Z]{{2}}$')
        """,
    ),
    Rule(
        "practice-without-doctor",
        "A person is on the list of a practice all of whose doctors have left.",
        """
        select m.patient_id from list_memberships m where upper_inf(m.period) and m.list_id in (
          select practice_id from practice_doctors group by practice_id
          having not bool_or(period @> cast(:today as date)))
        """,
        "information",
    ),
    Rule(
        "sex-and-title",
        "The title is usually borne by the other sex. That is allowed, and nobody is asked.",
        f"""
        select p.id as patient_id from {_ON_A_LIST} where {_LIVING} and (
          p.sex = '1' and upper(p.title) in ('MRS', 'MISS', 'MS', 'LADY')
          or p.sex = '2' and upper(p.title) in ('MR', 'MASTER', 'SIR'))
        """,
        "information",
    ),
    Rule(
        "name-characters",
        "A name holds characters that the Personal Demographics Service does not take.",
        rf"""
        select p.id as patient_id from {_ON_A_LIST} where {_LIVING}
          and p.surname || p.first_forename || p.second_forename || p.other_forenames ~ '[^[\:alpha\:] .''’-]'
        """,
        "information",
    ),
    Rule(
        "care-of",
        "The first line of the address names somebody else: post goes by their hand, and where they live is not known.",
        f"select p.id as patient_id from {_ON_A_LIST} where {_LIVING} and {_CARE_OF}",
        "information",
    ),
    Rule(
        "birth-date-missing",
        "The date of birth is not known.",
        f"select p.id as patient_id from {_ON_A_LIST} where {_LIVING} and p.date_of_birth is null",
        "information",
    ),
    Rule(
        "change-not-noted",
        "The record was changed, and of no field is it known who said so.",
        "select id as patient_id from patients where version > 1 and provenance = '{}' and status = 'live'",
        "information",
    ),
)
"""The gravest first: of what is found in one night, that is also the order in which cases are opened."""

CASE_RULES = tuple(rule for rule in RULES if rule.severity == "case")


def values(context: Context) -> dict[str, object]:
    """The numbers that the queries take, by the policies of today."""
    today, on = context.today, context.policies.on
    return {
        "today": today,
        "oldest": months_before(today, 12 * on("quality_oldest_years", today)),
        "grown": months_before(today, 12 * on("quality_child_years", today)),
        "most": on("quality_most_in_a_dwelling", today),
        "number_since": context.now - timedelta(days=on("quality_number_missing_days", today)),
    }
