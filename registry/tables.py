"""Every table, for migrations and for tests of the house."""

from registry.anomalies import models as anomalies
from registry.audit import models as audit
from registry.links import models as links
from registry.matching import models as matching
from registry.patients import models as patients
from registry.pds import models as pds
from registry.policies import models as policies
from registry.practices import models as practices
from registry.security import models as security
from registry.transactions import models as transactions
from registry.transactions.letters import models as letters
from registry.transactions.matters import models as matters

__all__ = [
    "anomalies",
    "audit",
    "letters",
    "links",
    "matching",
    "matters",
    "patients",
    "pds",
    "policies",
    "practices",
    "security",
    "transactions",
]
