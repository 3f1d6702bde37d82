"""The versioned weights: the shipped file, its bounds, and how weights are learnt."""
