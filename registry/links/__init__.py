"""GP Links: the exchange with practices, as EDIFACT interchanges and as the adaptor's FHIR façade."""
