"""What all FHIR answers share. Each feature maps its own things in its `to_fhir`."""
