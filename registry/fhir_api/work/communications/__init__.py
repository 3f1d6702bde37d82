"""What is asked and answered in a query, as Communication."""
