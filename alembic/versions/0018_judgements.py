"""What people judged of pairs of records: five verdicts, by every door, never changed; and the sweep's cases.

Whoever was judged to be two people before stays so, until one of the two records changes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TABLE = "duplicate_judgements"
_ADDED = (
    ("digest", sa.Text(), "Of what is compared of the first record, as it was when it was judged."),
    ("other_digest", sa.Text(), "Of what is compared of the other record, as it was when it was judged."),
    ("anomaly_id", sa.Uuid(), None),
    ("transaction_id", sa.Uuid(), "The acceptance that was referred; no foreign key, as for decisions."),
    ("score", sa.Double(), "As the matcher said it then."),
    (
        "levels",
        postgresql.JSONB(astext_type=sa.Text()),
        "By field, in words, as the matcher said them then; no values of anybody.",
    ),
    ("model_version", sa.Text(), None),
    ("normaliser_version", sa.Text(), None),
)
_SAID = ("judgement", None, "different"), ("door", "Where the pair was before whoever judged it.", "office")
_CHECKS = {
    "judgement_known": "judgement in ('same', 'different', 'household', 'undecided', 'escalate')",
    "door_known": "door in ('online', 'batch', 'office')",
    "door_is_named": "(door = 'batch') = (anomaly_id is not null) and (door = 'online') = (transaction_id is not null)",
    "same_has_its_matter": "judgement <> 'same' or matter_id is not null",
    "matcher_said_all_or_nothing": "(score is null) = (model_version is null) and (score is null) = (levels is null)"
    " and (score is null) = (normaliser_version is null)",
}
_BEFORE = "Pairs that somebody judged to be two people: not offered again until one of the two changes."
_NOW = "What people judged of pairs of records. Never changed; the last one of a pair counts."
_OF_TWO = (
    "kind <> 'possible-duplicate' or state <> 'open'"
    " or (cardinality(patient_ids) = 2 and patient_ids[1] < patient_ids[2])"
)

# Only words and what was compared may be blanked, when an identity is sealed.
STAND = """
create function judgements_stand() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.reason = ''
    and num_nonnulls(new.digest, new.other_digest, new.score, new.levels, new.model_version, new.normaliser_version) = 0
    and (new.id, new.patient_id, new.other_patient_id, new.version, new.other_version, new.judgement, new.judged_at,
      new.judged_by, new.door)
      = (old.id, old.patient_id, old.other_patient_id, old.version, old.other_version, old.judgement, old.judged_at,
      old.judged_by, old.door)
    and (new.matter_id, new.anomaly_id, new.transaction_id)
      is not distinct from (old.matter_id, old.anomaly_id, old.transaction_id)
  then
    return new;
  end if;
  raise exception 'what was judged of a pair is never changed: judge anew'
    using errcode = 'restrict_violation', constraint = tg_name;
end $$
"""


def upgrade() -> None:
    for name, kind, comment in _ADDED:
        op.add_column(_TABLE, sa.Column(name, kind, nullable=True, comment=comment))
    for name, comment, before in _SAID:
        column = sa.Column(name, sa.Text(), nullable=False, server_default=before, comment=comment)
        op.add_column(_TABLE, column)
        op.alter_column(_TABLE, name, server_default=None)
    op.create_foreign_key(op.f(f"fk_{_TABLE}_anomaly_id"), _TABLE, "anomalies", ["anomaly_id"], ["id"])
    for name, condition in _CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{_TABLE}_{name}"), _TABLE, condition)
    op.drop_index(f"ix_{_TABLE}_pair", _TABLE)
    op.create_index(f"ix_{_TABLE}_pair", _TABLE, ["patient_id", "other_patient_id", "judged_at"])
    op.create_table_comment(_TABLE, _NOW, existing_comment=_BEFORE)
    op.execute(STAND)
    op.execute(
        f"create trigger judgements_stand before update or delete on {_TABLE}"
        " for each row execute function judgements_stand()"
    )
    op.create_check_constraint(op.f("ck_anomalies_pair_is_of_two"), "anomalies", _OF_TWO)
    op.create_index(
        "one_open_case_of_a_pair",
        "anomalies",
        ["patient_ids"],
        unique=True,
        postgresql_where=sa.text("state = 'open' and kind = 'possible-duplicate'"),
    )


def downgrade() -> None:
    op.drop_index("one_open_case_of_a_pair", "anomalies")
    op.drop_constraint(op.f("ck_anomalies_pair_is_of_two"), "anomalies")
    op.execute(f"drop trigger judgements_stand on {_TABLE}")
    op.execute("drop function judgements_stand()")
    # The table knew of nothing but two people.
    op.execute(f"delete from {_TABLE} where judgement not in ('different', 'household')")
    op.create_table_comment(_TABLE, _BEFORE, existing_comment=_NOW)
    op.drop_index(f"ix_{_TABLE}_pair", _TABLE)
    op.create_index(f"ix_{_TABLE}_pair", _TABLE, ["patient_id", "other_patient_id"])
    for name in _CHECKS:
        op.drop_constraint(op.f(f"ck_{_TABLE}_{name}"), _TABLE)
    op.drop_constraint(op.f(f"fk_{_TABLE}_anomaly_id"), _TABLE)
    for name, *_ in (*_ADDED, *_SAID):
        op.drop_column(_TABLE, name)
