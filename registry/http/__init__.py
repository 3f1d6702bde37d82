"""The border with HTTP: what every request passes through, and what every route may ask for."""
