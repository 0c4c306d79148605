"""Manage city agencies (OPD), their on-call rosters, and the routing table (kind → lead, support, priority, seconds).

Start reading at `routing.py`; `seed.py` holds the rows of a new installation.
"""
