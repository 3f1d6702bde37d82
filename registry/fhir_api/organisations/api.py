"""Routes of this part."""

from fastapi import APIRouter

from registry.fhir_api.organisations import doctors, practices

router = APIRouter()
router.include_router(practices.router)
router.include_router(doctors.router)
