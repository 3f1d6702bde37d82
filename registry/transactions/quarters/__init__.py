"""The quarter: its calendar, how deductions are dated by it, and its close by two people."""
