"""Registration events: what practices ask, what the register decides, and what follows."""
