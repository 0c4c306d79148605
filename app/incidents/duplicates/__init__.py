"""Find, merge and link incidents that belong together."""
