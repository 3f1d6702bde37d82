"""Every route of the FHIR API, gathered."""

from importlib import import_module

from fastapi import APIRouter

PARTS = ("about", "people", "work", "organisations", "events", "lists")
"""Packages below this one, each with a module `api` that has a `router`, in the order of the published description."""

router = APIRouter()
for _part in PARTS:
    router.include_router(import_module(f"registry.fhir_api.{_part}.api").router)
