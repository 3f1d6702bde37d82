"""Every table, for migrations and for tests of the house."""

from registry.anomalies import models as anomalies
from registry.audit import models as audit
from registry.events import models as events
from registry.fhir_api import models as fhir_api
from registry.fhir_api.lists import models as list_exports
from registry.links import models as links
from registry.matching import models as matching
from registry.matching.judgements import models as judgements
from registry.monitoring import models as monitoring
from registry.paper import models as paper
from registry.patients import models as patients
from registry.pds import models as pds
from registry.policies import models as policies
from registry.practices import models as practices
from registry.practices import places_models as places
from registry.security import models as security
from registry.transactions import models as transactions
from registry.transactions.assignment import models as assignment
from registry.transactions.confusions import models as confusions
from registry.transactions.due import models as failing_work
from registry.transactions.letters import models as letters
from registry.transactions.liaison import models as liaison
from registry.transactions.matters import models as matters
from registry.transactions.merges import models as merges
from registry.transactions.notices import models as notices
from registry.transactions.protected import models as protected
from registry.transactions.quality import models as quality
from registry.transactions.quarters import models as quarters
from registry.transactions.queries import models as queries
from registry.transactions.scheme import models as scheme
from registry.transactions.sweep import models as sweep

__all__ = [
    "anomalies",
    "assignment",
    "audit",
    "confusions",
    "events",
    "failing_work",
    "fhir_api",
    "judgements",
    "letters",
    "liaison",
    "links",
    "list_exports",
    "matching",
    "matters",
    "merges",
    "monitoring",
    "notices",
    "paper",
    "patients",
    "pds",
    "places",
    "policies",
    "practices",
    "protected",
    "quality",
    "quarters",
    "queries",
    "scheme",
    "security",
    "sweep",
    "transactions",
]
