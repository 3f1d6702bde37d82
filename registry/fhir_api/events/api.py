"""Routes of this part."""

from fastapi import APIRouter

from registry.fhir_api.events import follow, subscriptions

router = APIRouter()
# What is named by `$` before what is named by an id.
router.include_router(follow.router)
router.include_router(subscriptions.router)
