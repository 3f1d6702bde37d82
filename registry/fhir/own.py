"""Names that this project gives where neither HL7 nor the NHS has one: extensions, topics, systems of codes.

They are names, and lead nowhere; docs/glossary.md and the ADRs say what each means.
"""

BASE = "https://gp-registry.example/fhir"


def structure(name: str) -> str:
    """The URL of an extension of ours."""
    return f"{BASE}/StructureDefinition/{name}"


def code_system(name: str) -> str:
    """The URL of a code system of ours."""
    return f"{BASE}/CodeSystem/{name}"


def identifiers(name: str) -> str:
    """The system of a kind of identifier for which none is published."""
    return f"{BASE}/Id/{name}"


def topic(name: str) -> str:
    """The canonical URL of a topic that can be subscribed to."""
    return f"{BASE}/SubscriptionTopic/{name}"
