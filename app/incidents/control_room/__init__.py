"""Run the control room: shifts, handover, drills, crew notes, the call log, and the paper pack for an outage."""
