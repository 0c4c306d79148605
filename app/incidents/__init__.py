"""Handle incidents: lifecycle, queue, duplicates, reporter, calls, trust, control room and escalation.

Every change goes through `lifecycle/transition.py` and appends one event. Start reading at `lifecycle/transitions.py`.
"""
