"""How the room works: shifts, handover, drills, crew notes, calls made, and the paper pack for an outage."""
