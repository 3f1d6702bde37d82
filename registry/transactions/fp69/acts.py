"""What the office may do about FP69s."""

from registry.transactions.acts.act import Act, Group, OnMatter
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.fp69.decide import Confirm, cancel, confirm, note_chase, say_gone_away
from registry.transactions.fp69.machine import FP69 as FP69_MACHINE
from registry.transactions.fp69.machine import FP69_REQUEST
from registry.transactions.fp69.propose import SetFlag, authorise, decline, set_by_office

FP69 = Group(
    "fp69",
    "FP69: an address in doubt, asked of the practice.",
    (
        Act(
            "fp69",
            "set",
            "Flag somebody, and tell the practice the same day; or ask a supervisor, where one must allow it.",
            SetFlag,
            set_by_office,
            "fp69 set 9990000018 --code 4 --letter-on 2026-10-05 --reason 'screening letter returned'",
        ),
        matter_act(
            FP69_REQUEST,
            "fp69",
            "authorise",
            OnMatter,
            authorise,
            summary="Allow a flag that a supervisor was asked about: another person than who asked.",
            example="fp69 authorise 0197f2d4-0000-7000-8000-000000000001 --version 1",
        ),
        matter_act(
            FP69_REQUEST,
            "fp69",
            "decline",
            OnMatter,
            decline,
            summary="Do not set a flag that a supervisor was asked about.",
            example="fp69 decline 0197f2d4-0000-7000-8000-000000000001 --version 1 --reason 'seen last month'",
        ),
        matter_act(
            FP69_MACHINE,
            "fp69",
            "confirmed",
            Confirm,
            confirm,
            summary="Lift a flag: it is known that the person lives there.",
            name="confirm",
            example="fp69 confirm 0197f2d4-0000-7000-8000-000000000001 --version 1 --reason 'practice rang'",
        ),
        matter_act(
            FP69_MACHINE,
            "fp69",
            "gone-away",
            OnMatter,
            say_gone_away,
            summary="Take somebody off the list at once: the practice says that they have gone away.",
            example="fp69 gone-away 0197f2d4-0000-7000-8000-000000000001 --version 1 --reason 'letter of 2 November'",
        ),
        matter_act(
            FP69_MACHINE,
            "fp69",
            "chased",
            OnMatter,
            note_chase,
            summary="Note that somebody was asked after a child who stays on a list.",
            example="fp69 chased 0197f2d4-0000-7000-8000-000000000001 --version 3 --reason 'rang the health visitor'",
        ),
        matter_act(
            FP69_MACHINE,
            "fp69",
            "cancelled",
            OnMatter,
            cancel,
            summary="Take a flag back that was set in error.",
            name="cancel",
            example="fp69 cancel 0197f2d4-0000-7000-8000-000000000001 --version 1 --reason 'wrong barcode'",
        ),
    ),
)
