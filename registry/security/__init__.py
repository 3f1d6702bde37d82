"""Who is asking, what they may do, and whose data they may see."""
