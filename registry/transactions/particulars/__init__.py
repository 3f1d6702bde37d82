"""Particulars of people: who said what, which source wins, and what the office is told by letter."""
