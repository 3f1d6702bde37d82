"""A digest of what is compared of a record, so that a judgement outlives every change that the matcher cannot see.

It is made in SQL of the record's rows in `match_keys`, present and former alike, and of its former
numbers. A new doctor, a new list, a telephone number leave it as it was; a name, a date of birth, a sex,
an address or a number make another one. A normaliser of another version writes other keys of the same
facts: its digests are not comparable, so each begins with the version, and where it is another one the
versions of the records decide.
"""

from registry.matching.normalise import NORMALISER_VERSION

_FACTS = """
    select jsonb_build_array(k.surname, k.first_forename, k.second_forename, k.previous_surname, k.date_of_birth,
        k.sex, k.postcode, k.address_key, k.nhs_number) as fact
      from match_keys k where k.patient_id = {who}
    union all select to_jsonb(n.nhs_number) from patient_numbers n where n.patient_id = {who}
"""


def digest_sql(who: str) -> str:
    """SQL of the digest of a record as it is now; `who` is SQL of its id."""
    facts = f"select jsonb_agg(distinct f.fact order by f.fact) from ({_FACTS.format(who=who)}) f"
    whole = f"coalesce(({facts})::text, '[]')"
    return f"'{NORMALISER_VERSION}:' || encode(sha256(convert_to({whole}, 'UTF8')), 'hex')"


def holds_sql(digest: str, version: str, who: str) -> str:
    """SQL of whether a record is as it was judged. `digest` and `version` are of then, `who` is its row in patients."""
    return (
        f"case when starts_with({digest}, '{NORMALISER_VERSION}:') then {digest} = {digest_sql(f'{who}.id')}"
        f" else {version} = {who}.version end"
    )
