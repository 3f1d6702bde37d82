"""What the API says of itself: the CapabilityStatement, and where tokens come from."""
