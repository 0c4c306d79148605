"""Response times and counts, computed from events alone; drills and silent cases are left out.

`daily_rollup.py` keeps a table per day that equals the answer computed on the fly (`from_events.py`).
"""
