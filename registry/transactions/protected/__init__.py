"""People whose whereabouts are protected: the flag, its review, and who looked behind it."""
