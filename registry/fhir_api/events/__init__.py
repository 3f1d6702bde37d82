"""Events by FHIR: subscriptions, their state, what happened, and telling endpoints that something did (ADR 0037)."""
