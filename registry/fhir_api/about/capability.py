"""GET metadata."""

from fastapi import APIRouter
from starlette.requests import Request

from registry.fhir_api.about.statement import capability_statement
from registry.fhir_api.call import Answer
from registry.fhir_api.conversation import base_of
from registry.fhir_api.interaction import INTERACTIONS, Interaction, Parameter, Told, interaction
from registry.http.answers import FHIR_BASE
from registry.http.dependencies import clock_of
from registry.values.clock import today

router = APIRouter()


@interaction(
    router,
    Interaction(
        "GET",
        "/metadata",
        "capabilities",
        None,
        "What this API can do",
        {200: Told("The CapabilityStatement.", "CapabilityStatement")},
        parameters=(
            Parameter(
                "mode",
                "token",
                "Which description; there is one.",
                "full",
                choices=("full", "normative"),
                search=False,
            ),
        ),
        text="Made of the declarations from which the routes are made. Anybody may ask, without a token.",
    ),
)
async def read_metadata(request: Request) -> Answer:
    base = base_of(request)
    state = request.app.state
    if not hasattr(state, "serving_since"):
        state.serving_since = today(clock_of(request))
    token_url = f"{base.removesuffix(FHIR_BASE)}/oauth2/token"
    return Answer(capability_statement(INTERACTIONS, base, token_url, state.serving_since))
