"""Routes by which the API tells of itself; anybody may ask."""

from fastapi import APIRouter

from registry.fhir_api.about import capability, smart

router = APIRouter()
router.include_router(capability.router)
router.include_router(smart.router)
