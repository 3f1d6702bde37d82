"""FP69: somebody's address is in doubt, and their practice is asked before anything is done."""
