"""Pages of operators and agencies: queue, incident, phone report, handover, wall screen, tasks.

Start reading at `queue.py` and `incident.py`; every change of an incident is made in `app/incidents`.
"""
