"""The FHIR façade: what GP systems know from the public GP Links adaptor, at `/fhir`, on the register itself."""
