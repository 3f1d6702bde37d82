"""Who looked at a person and who changed what, for whoever reviews it and for the person who asks."""
