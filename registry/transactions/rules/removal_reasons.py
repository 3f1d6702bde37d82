"""Why somebody is on no practice's list: the codes of NHAIS and the PDS, and how each is told and booked.

Sources: domain rules 1.3 and 1.4 (NHS Digital screening services and PDS vocabularies; GP Links
deduction reasons).
"""

from dataclasses import dataclass
from enum import Enum

from registry.transactions.outside import Outside


@dataclass(frozen=True, slots=True)
class Removal:
    """`told_as` is the GP Links reason of the F2; `to_list` the list outside that they move to."""

    meaning: str
    told_as: str
    to_list: Outside
    still_screened: bool = False


class RemovalReason(Enum):
    """The code is the name."""

    DEA = Removal("Death", "1", Outside.DEATH)
    EMB = Removal("Embarkation, or abroad for more than three months", "5", Outside.ABROAD)
    SCT = Removal("To Scotland", "2", Outside.SCOTLAND)
    NIT = Removal("To Northern Ireland", "2", Outside.NORTHERN_IRELAND)
    AFL = Removal("Armed forces, notified locally", "8", Outside.FORCES)
    AFN = Removal("Armed forces, notified by the forces", "8", Outside.FORCES)
    SDL = Removal("Services dependant, notified locally", "11", Outside.FORCES)
    SDN = Removal("Services dependant, notified by the forces", "11", Outside.FORCES)
    CGA = Removal("Gone away, address unknown", "14", Outside.GONE_AWAY)
    OPA = Removal("Address out of the practice's area", "13", Outside.LEFT_AREA, still_screened=True)
    RDI = Removal("At the practice's request, at once", "9", Outside.REMOVED, still_screened=True)
    RDR = Removal("At the practice's request", "9", Outside.REMOVED, still_screened=True)
    RPR = Removal("At the patient's request", "12", Outside.REMOVED, still_screened=True)
    RFI = Removal("Left a residential institute", "13", Outside.UNREGISTERED, still_screened=True)
    DIS = Removal("Practice dissolved", "13", Outside.UNREGISTERED, still_screened=True)
    TRA = Removal("Temporary resident elsewhere, not returned", "13", Outside.ELSEWHERE)
    ORR = Removal("Other reason", "13", Outside.UNREGISTERED)
    LDN = Removal("Logical deletion: another record of the same person stands", "10", Outside.SUPERSEDED)
    CAN = Removal("Registration cancelled", "10", Outside.UNREGISTERED)

    @property
    def code(self) -> str:
        """The stored code."""
        return self.name


DEDUCTED_AS = {
    Outside.DEATH: RemovalReason.DEA,
    Outside.ABROAD: RemovalReason.EMB,
    Outside.LEFT_AREA: RemovalReason.OPA,
    Outside.OUT_OF_AREA: RemovalReason.OPA,
    Outside.GONE_AWAY: RemovalReason.CGA,
}
"""The reason of a practice's deduction request or removal, by the list that it leads to."""
