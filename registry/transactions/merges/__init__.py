"""Two records of one person made one, with the evidence in view; and made two again."""
