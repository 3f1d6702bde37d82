"""Who is this? Normalise, find candidates, compare, weigh, decide, and say why."""
