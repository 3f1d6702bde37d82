"""What the office may do here."""

from registry.security.callers import Permission
from registry.transactions.acts.act import Act, Group
from registry.transactions.acts.on_matter import matter_act
from registry.transactions.protected.asked import (
    Candidates,
    Look,
    OnProtection,
    Openings,
    Protect,
    Protected,
    Reroute,
    Review,
)
from registry.transactions.protected.machine import PROTECTION
from registry.transactions.protected.openings import list_openings, list_protected, review_opening
from registry.transactions.protected.protect import protect
from registry.transactions.protected.review import confirm_lift, decline_lift, keep, lift, reroute
from registry.transactions.protected.whereabouts import candidates, look

_NAME = "protected"
_STEP = "ID --version 1 --reason"

SET = Act(
    _NAME,
    "set",
    "Protect somebody's whereabouts from now on: hidden, kept from former practices, and no post to the home.",
    Protect,
    protect,
    'protected set 9990000018 --on-the-word-of practice --reason "asked for at the surgery, form 12"',
)
KEEP = matter_act(
    PROTECTION, _NAME, "keep", OnProtection, keep,
    summary="Looked at again: the protection stays for another year.",
    example=f'{_NAME} keep {_STEP} "spoke to the practice"', permission=Permission.CHANGE_IDENTITIES,
)  # fmt: skip
REROUTE = matter_act(
    PROTECTION, _NAME, "reroute", Reroute, reroute,
    summary="Send post by way of the practice, or of the office.",
    example=f'{_NAME} reroute {_STEP} "the practice asked us to" --route office',
    permission=Permission.CHANGE_IDENTITIES,
)  # fmt: skip
LIFT = matter_act(
    PROTECTION, _NAME, "lift", OnProtection, lift,
    summary="Ask for the end of a protection; a second person confirms.",
    example=f'{_NAME} lift {_STEP} "National Back Office, reference 5"', permission=Permission.CHANGE_IDENTITIES,
)  # fmt: skip
CONFIRM_LIFT = matter_act(
    PROTECTION, _NAME, "confirm-lift", OnProtection, confirm_lift,
    summary="Agree to the end of a protection, as a second person: everything is shown again.",
    example=f'{_NAME} confirm-lift {_STEP} "seen the letter" --by NAME', permission=Permission.CHANGE_IDENTITIES,
)  # fmt: skip
DECLINE_LIFT = matter_act(
    PROTECTION, _NAME, "decline-lift", OnProtection, decline_lift,
    summary="Do not agree to the end of a protection: it stays.",
    example=f'{_NAME} decline-lift {_STEP} "not on the phone"', permission=Permission.CHANGE_IDENTITIES,
)  # fmt: skip
LOOK = Act(
    _NAME,
    "look",
    "See where a protected person is, with a reason; the look is kept and reviewed.",
    Look,
    look,
    'protected look 9990000018 --code post-returned --reason "ticket 77: envelope came back"',
    Permission.READ_PROTECTED,
)
CANDIDATES = Act(
    _NAME,
    "candidates",
    "The practices for a protected person's application, with a reason; the look is kept and reviewed.",
    Candidates,
    candidates,
    'protected candidates ID --reason "application of the 5th"',
    Permission.READ_PROTECTED,
)
LIST = Act(
    _NAME,
    "list",
    "How many are protected, and how far each review is: ids, and nothing of anybody.",
    Protected,
    list_protected,
    "protected list",
    Permission.READ_PROTECTED,
)
OPENINGS = Act(
    _NAME,
    "openings",
    "Who looked at protected whereabouts, and why: for the review.",
    Openings,
    list_openings,
    "protected openings --unreviewed",
    Permission.READ_AUDIT,
)
REVIEW = Act(
    _NAME,
    "review",
    "Say of a look whether it was justified; not by whoever looked.",
    Review,
    review_opening,
    "protected review ID --finding justified",
    Permission.READ_AUDIT,
)

PROTECTED = Group(
    _NAME,
    "Whereabouts that are protected: set, review, end, and look behind with a reason.",
    (SET, KEEP, REROUTE, LIFT, CONFIRM_LIFT, DECLINE_LIFT, LOOK, CANDIDATES, LIST, OPENINGS, REVIEW),
)
