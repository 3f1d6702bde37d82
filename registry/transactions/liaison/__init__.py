"""Cases that the office has with other bodies: what is asked of whom, with what evidence, and by when."""
