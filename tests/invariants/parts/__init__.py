"""What each part of the office's work adds to the random acts."""
