"""Routes about whole lists: a practice's list as a Group, and its export."""

from fastapi import APIRouter

from registry.fhir_api.lists import fetch, group, kick_off

router = APIRouter()
for _part in (group, kick_off, fetch):
    router.include_router(_part.router)
