"""What the office may do with paper."""

from registry.paper.asked import (
    KeyAcceptance,
    KeyAmendment,
    KeyDeduction,
    KeyRemoval,
    OnBatch,
    OpenBatch,
    Recount,
    TurnAway,
)
from registry.paper.batch import close_batch, open_batch, recount
from registry.paper.form import key_form, reject_form, return_form
from registry.transactions.acts.act import Act, Group

_NAME = "paper"
_ID = "0190d9b2-6f3e-7c35-8a5a-3f1f6f0d9c11"

PAPER = Group(
    _NAME,
    "Forms on paper: counted in batches, keyed one by one, and each accounted for.",
    (
        Act(
            _NAME,
            "open-batch",
            "Open a batch of forms, with the number that was counted.",
            OpenBatch,
            open_batch,
            "paper open-batch --practice Y90001 --received-on 2026-11-02 --forms 12 --scans BOX-7",
        ),
        Act(
            _NAME,
            "key-acceptance",
            "Key a registration form: considered as a practice's message is, and answered by post.",
            KeyAcceptance,
            key_form,
            f"paper key-acceptance {_ID} --form BOX-7-001 --type 3 --accepted-on 2026-10-30 --number 9990000018"
            " --surname MARLOWE --forenames ANNA --sex 2 --date-of-birth 1984-05-17",
        ),
        Act(
            _NAME,
            "key-amendment",
            "Key a change of somebody's particulars.",
            KeyAmendment,
            key_form,
            f"paper key-amendment {_ID} --form BOX-7-002 --number 9990000018 --surname VANE",
        ),
        Act(
            _NAME,
            "key-deduction",
            "Key a practice's request to take somebody off its list.",
            KeyDeduction,
            key_form,
            f"paper key-deduction {_ID} --form BOX-7-003 --number 9990000018 --cause 13 --happened-on 2026-10-30",
        ),
        Act(
            _NAME,
            "key-removal",
            "Key a practice's word that somebody has moved out of its area.",
            KeyRemoval,
            key_form,
            f"paper key-removal {_ID} --form BOX-7-004 --number 9990000018",
        ),
        Act(
            _NAME,
            "reject",
            "Reject a form that cannot be keyed; the practice is written to.",
            TurnAway,
            reject_form,
            f'paper reject {_ID} --form BOX-7-005 --reason "no registration form"',
        ),
        Act(
            _NAME,
            "return",
            "Send a form back to the practice to be completed.",
            TurnAway,
            return_form,
            f'paper return {_ID} --form BOX-7-006 --reason "no signature"',
        ),
        Act(
            _NAME,
            "recount",
            "Correct the number of forms of a batch.",
            Recount,
            recount,
            f'paper recount {_ID} --forms 11 --reason "counted again by two"',
        ),
        Act(
            _NAME,
            "close-batch",
            "Close a batch in which received = keyed + rejected + returned.",
            OnBatch,
            close_batch,
            f"paper close-batch {_ID}",
        ),
    ),
)
