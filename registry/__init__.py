"""The register of England's GP lists."""
