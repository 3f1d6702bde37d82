"""The FHIR API measured: what a practice system asks most, beside pgbench with the same statements."""
