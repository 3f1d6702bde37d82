"""People as the Personal Demographics Service has them: read, search, match, amend, history, new numbers."""
