"""People: who they are now, who they were, and every number that ever was theirs."""
