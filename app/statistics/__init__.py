"""Compute response times and counts from events; drills and silent cases are left out.

`daily_rollup.py` keeps a table by day; its answers equal those computed from the events (`from_events.py`).
"""
