"""The CapabilityStatement: what this API can do, made of the declarations from which its routes are made.

Source: FHIR R4, CapabilityStatement; SMART App Launch, how a statement tells where tokens are had.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from itertools import groupby

from registry.fhir.outcomes import Json
from registry.fhir_api.about.match_weights import how_matches_are_scored
from registry.fhir_api.interaction import Interaction, Parameter
from registry.http.answers import FHIR_JSON

_UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
_PROFILED = frozenset(
    {
        "Communication", "EpisodeOfCare", "Location", "OperationOutcome", "Organization", "Patient", "Practitioner",
        "PractitionerRole", "Subscription", "Task",
    }
)  # fmt: skip
"""Types for which UK Core has a profile."""
DEFINITIONS: Mapping[tuple[str | None, str], str] = {
    ("Patient", "match"): "http://hl7.org/fhir/OperationDefinition/Patient-match",
    ("Group", "export"): "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export",
    ("Subscription", "status"): (
        "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status"
    ),
    ("Subscription", "events"): (
        "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events"
    ),
}
"""Operations that others have defined; ours are defined below our own address."""
_REST_CODES = ("read", "vread", "update", "patch", "delete", "history-instance", "create", "search-type")
_PARAMETER_TYPES = {"boolean": "token", "instant": "date"}
"""Our types that are none of FHIR's search parameter types."""
_OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def capability_statement(interactions: Sequence[Interaction], base: str, token_url: str, on: date) -> Json:
    """The statement. `base` is the address of the API, `on` the day from which it stands."""
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base}/metadata",
        "name": "GPListRegister",
        "title": "Register of GP lists",
        "status": "active",
        "date": on.isoformat(),
        "kind": "instance",
        "instantiates": ["http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"],
        "software": {"name": "registry", "version": version("registry")},
        "implementation": {"description": "Register of GP lists, FHIR R4", "url": base},
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON, "json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [_rest(interactions, base, token_url)],
    }


def _rest(interactions: Sequence[Interaction], base: str, token_url: str) -> Json:
    by_type = sorted((each for each in interactions if each.resource), key=lambda each: each.resource or "")
    of_system = [each for each in interactions if each.resource is None]
    rest: Json = {
        "mode": "server",
        "documentation": (
            "Headers, errors and rules of amendment are those of the Personal Demographics Service FHIR API:"
            " X-Request-ID on every request, If-Match on every change, an OperationOutcome for every error."
        ),
        "security": _security(token_url),
        "resource": [_resource(kind, list(some), base) for kind, some in groupby(by_type, lambda each: each.resource)],
    }
    operations = _operations(None, of_system, base)
    return rest | ({"operation": operations} if operations else {})


def _security(token_url: str) -> Json:
    service = {
        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
        "code": "SMART-on-FHIR",
        "display": "SMART-on-FHIR",
    }
    return {
        "extension": [{"url": _OAUTH, "extension": [{"url": "token", "valueUri": token_url}]}],
        "cors": False,
        "service": [{"coding": [service], "text": "OAuth 2.0 client credentials with a signed assertion"}],
        "description": "A bearer token on every request but those for metadata and .well-known/smart-configuration.",
    }


def _resource(kind: str | None, declared: Sequence[Interaction], base: str) -> Json:
    codes = {each.code for each in declared}
    told: Json = {"type": kind}
    if kind in _PROFILED:
        told["supportedProfile"] = [f"{_UK_CORE}{kind}"]
    interactions = [
        {"code": code, "documentation": "; ".join(each.summary for each in declared if each.code == code)}
        for code in _REST_CODES
        if code in codes
    ]
    if interactions:
        told["interaction"] = interactions
    told |= {
        "versioning": "versioned-update" if any(each.needs_if_match for each in declared) else "no-version",
        "readHistory": bool(codes & {"vread", "history-instance"}),
        "updateCreate": False,
        "conditionalCreate": False,
        "conditionalRead": "not-supported",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
    }
    if parameters := _search_parameters(each for each in declared if each.code == "search-type"):
        told["searchParam"] = parameters
    if operations := _operations(kind, declared, base):
        told["operation"] = operations
    return told


def _search_parameters(searches: Iterable[Interaction]) -> list[Json]:
    """Every parameter once, though GET and POST both take it."""
    found: dict[str, Parameter] = {
        parameter.name: parameter for each in searches for parameter in each.parameters if parameter.search
    }
    return [
        {
            "name": name,
            "type": _PARAMETER_TYPES.get(parameter.type, parameter.type),
            "documentation": parameter.text,
        }
        for name, parameter in sorted(found.items())
    ]


def _operations(kind: str | None, declared: Sequence[Interaction], base: str) -> list[Json]:
    found: dict[str, list[Interaction]] = {}
    for each in declared:
        if each.operation is not None:
            found.setdefault(each.operation, []).append(each)
    return [
        {
            "name": name,
            "definition": DEFINITIONS.get((kind, name)) or f"{base}/OperationDefinition/{kind or 'system'}-{name}",
            "documentation": _of_operation(kind, name, some),
        }
        for name, some in sorted(found.items())
    ]


def _of_operation(kind: str | None, name: str, declared: Sequence[Interaction]) -> str:
    ways = "; ".join(f"{each.method} {each.path}: {each.summary}" for each in declared)
    return f"{ways}\n\n{how_matches_are_scored()}" if (kind, name) == ("Patient", "match") else ways
