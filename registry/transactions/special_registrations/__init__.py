"""Registrations that are not the ordinary one: temporary residents, out of area, forces, secure settings."""
