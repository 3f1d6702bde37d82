"""What the office may do with identities: by those who are entrusted with it, and never in the open."""

from typing import Any

from registry.transactions.acts.act import Group
from registry.transactions.identities.asked import (
    Approve,
    Carried,
    Close,
    Envelope,
    ListCases,
    Look,
    Notify,
    Number,
    Registered,
    Withdraw,
)
from registry.transactions.identities.finish import approve, carried, close, envelope, registered, withdraw
from registry.transactions.identities.look import list_cases, look_at_case
from registry.transactions.identities.notify import notify
from registry.transactions.identities.on_case import GROUP, case_act, vault_act
from registry.transactions.identities.take_number import take_number

NOTIFY: Any = vault_act(
    "notify",
    Notify,
    notify,
    summary="A change of identity is asked for: adoption, gender, or protection.",
    example="identities notify 9990000018 --kind adoption --authority nbo --reference W47/12 --evidence 'weekly list'",
)
NUMBER: Any = case_act(
    "number",
    Number,
    take_number,
    summary="The new NHS number came, with who the person is to be; or it was asked for again.",
    example="identities number 0192… --version 1 --new-number 9990000026 --surname NEWMAN --first-forename ASH",
)
APPROVE: Any = case_act(
    "approve",
    Approve,
    approve,
    summary="Another person approves: the new record is made, the old one closed and sealed.",
    example="identities approve 0192… --version 2",
)
REGISTERED: Any = case_act(
    "practice-registered",
    Registered,
    registered,
    summary="The practice has registered the new number (its acceptance is noticed without this).",
    example="identities practice-registered 0192… --version 5",
)
ENVELOPE: Any = case_act(
    "envelope",
    Envelope,
    envelope,
    summary="Envelope and labels for the new record were issued.",
    example="identities envelope 0192… --version 6",
)
CARRIED: Any = case_act(
    "note",
    Carried,
    carried,
    name="carried-over",
    summary="Something was carried over by hand: a screening date, a marker.",
    example="identities carried-over 0192… --version 7 --task screening-cervical",
)
CLOSE: Any = case_act(
    "close",
    Close,
    close,
    summary="Close a case of which nothing is left to be done.",
    example="identities close 0192… --version 8",
)
WITHDRAW: Any = case_act(
    "withdraw",
    Withdraw,
    withdraw,
    summary="End a case of which nothing has been done yet: taken back, or refused.",
    example="identities withdraw 0192… --version 1 --reason 'the notice was for another number'",
)
LIST: Any = vault_act(
    "list",
    ListCases,
    list_cases,
    summary="Open cases by kind, state and clock; without names.",
    example="identities list",
)
LOOK: Any = vault_act(
    "look",
    Look,
    look_at_case,
    summary="One case, for a stated reason.",
    example="identities look 0192… --reason 'to approve'",
)

_ACTS = (NOTIFY, NUMBER, APPROVE, REGISTERED, ENVELOPE, CARRIED, CLOSE, WITHDRAW, LIST, LOOK)

IDENTITIES = Group(GROUP, "Changes of identity: adoption, gender, protection. For those entrusted with them.", _ACTS)
