"""Routes by which the API tells of itself; anybody may ask."""

from fastapi import APIRouter

router = APIRouter()
