"""What the office may do about duplicates."""

from registry.transactions.acts.act import Group
from registry.transactions.merges.decide import APPROVE, PROPOSE
from registry.transactions.merges.suspect import GROUP, LOOK, PREVIEW, SUSPECT
from registry.transactions.merges.undo_act import UNDO
from registry.transactions.merges.work_on import ASK, COMPLETE, EVIDENCE, NOT_DUPLICATE, REFER, TRIAGE, WITHDRAW

DUPLICATES = Group(
    GROUP,
    "Two records of one person: asked about, merged by two people, and undone.",
    (
        SUSPECT, TRIAGE, ASK, EVIDENCE, COMPLETE, REFER, PREVIEW, PROPOSE, APPROVE, NOT_DUPLICATE, WITHDRAW, UNDO,
        LOOK,
    ),
)  # fmt: skip
