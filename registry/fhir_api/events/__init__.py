"""What changes for a practice: numbered without gaps, subscribed to, pulled again at any time."""
