"""Removals that are asked for: by the practice, by the patient, or because they moved out of its area."""
