"""The national side, as a port: who somebody is, which number is theirs, where they are now."""
