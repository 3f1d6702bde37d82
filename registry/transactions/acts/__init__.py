"""What the office may do, declared once: the same declaration is a route, a command, and a form."""
