"""What the office may do here."""

from registry.transactions.acts.act import Group
from registry.transactions.removals.by_patient import BY_PATIENT
from registry.transactions.removals.by_practice import BY_PRACTICE
from registry.transactions.removals.cancel import CANCEL, KEEP
from registry.transactions.removals.out_of_area import OUT_OF_AREA
from registry.transactions.removals.practice_says import CARER_CHECKED, TREATMENT_ENDED
from registry.transactions.removals.reschedule import RESCHEDULE

REMOVALS = Group(
    "removals",
    "Removals by the practice, by the patient, or out of area.",
    (BY_PRACTICE, BY_PATIENT, OUT_OF_AREA, TREATMENT_ENDED, CARER_CHECKED, KEEP, RESCHEDULE, CANCEL),
)
