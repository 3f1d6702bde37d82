"""Commands about the systems that use the API."""
