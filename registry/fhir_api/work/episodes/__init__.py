"""Spells on lists, as EpisodeOfCare."""
