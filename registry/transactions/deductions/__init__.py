"""Deductions that others notify: deaths, departures, enlistment, prison, other nations; and the quarter's calendar."""
