"""Another way in: forms on paper, keyed in batches with control totals."""
