"""Pages of operators and agencies: queue, incident, phone report, handover, wall screen, tasks.

Start reading at `queue.py` and `incident.py`; `app/incidents` makes every change of an incident.
"""
