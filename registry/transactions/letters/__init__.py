"""Letters: decided with what causes them, suppressed twice, posted in batches. Their rendering stands above."""
