"""What the office may do here."""

from registry.transactions.acts.act import Group
from registry.transactions.scheme.appeal_acts import APPEAL_ACTS
from registry.transactions.scheme.narrative_acts import NARRATIVE_ACTS
from registry.transactions.scheme.notice_acts import NOTICE_ACTS
from registry.transactions.scheme.placement_acts import PLACEMENT_ACTS
from registry.transactions.scheme.provider_acts import PROVIDER_ACTS

SCHEME = Group(
    "scheme",
    "The special allocation scheme: removal for violence, and the place that follows.",
    (*NOTICE_ACTS, *PLACEMENT_ACTS, *APPEAL_ACTS, *PROVIDER_ACTS, *NARRATIVE_ACTS),
)
