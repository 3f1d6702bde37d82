"""New people: a number at the request of a practice (`POST Patient`) or, knowingly, of the office (`$allocate`)."""
