"""The FHIR API at /FHIR/R4: people as PDS has them, work as Task, lists, events."""
