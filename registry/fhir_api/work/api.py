"""Routes of this part."""

from fastapi import APIRouter

from registry.fhir_api.work.communications.api import router as communications
from registry.fhir_api.work.episodes.api import router as episodes
from registry.fhir_api.work.tasks.api import router as tasks

router = APIRouter()
for _part in (tasks, communications, episodes):
    router.include_router(_part)
