"""Pages where administrators edit staff, agencies, routing, on-call lists, landmarks, escalation and drills."""
