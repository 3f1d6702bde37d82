"""Work as Task, its questions and answers as Communication, and registrations as EpisodeOfCare."""
