"""What the office may do here."""

from registry.transactions.acts.act import Group
from registry.transactions.confusions.allot import GIVE_NUMBER
from registry.transactions.confusions.approve import APPROVE
from registry.transactions.confusions.attribute import ATTRIBUTE
from registry.transactions.confusions.closing import ONE_PERSON, WITHDRAW
from registry.transactions.confusions.describe import DESCRIBE
from registry.transactions.confusions.look import FACTS
from registry.transactions.confusions.opening import ANSWER, ASK, COMPLETE, CONFIRM, REFER, SUSPECT, TRIAGE
from registry.transactions.confusions.propose import DECLINE, PROPOSE

CONFUSIONS = Group(
    "confusions",
    "Two people on one number: looked into, attributed item by item, and taken apart.",
    (
        SUSPECT, TRIAGE, ASK, ANSWER, COMPLETE, REFER, CONFIRM, FACTS, DESCRIBE, ATTRIBUTE, PROPOSE, APPROVE, DECLINE,
        GIVE_NUMBER, ONE_PERSON, WITHDRAW,
    ),
)  # fmt: skip
