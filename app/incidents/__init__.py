"""Incidents: lifecycle, queue, duplicates, the reporter's side, calls, trust, control room, escalation.

Every change goes through `lifecycle/transition.py` and appends one event. Start reading at `lifecycle/transitions.py`.
"""
