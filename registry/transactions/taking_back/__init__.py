"""Taking back what was done: acceptances, deduction requests, and registrations onto the wrong person."""
