"""`./siaga run`: web, worker and stream as three processes, started, watched and stopped together."""
