"""How long people waited: every leg of every incident, from the events alone. Drills and silent cases are not in it."""
