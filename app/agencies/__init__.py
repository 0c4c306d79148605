"""City agencies (OPD), their on-call lists, and the routing table: kind → lead, support, priority, seconds.

Start reading at `routing.py`; `seed.py` holds what a new installation starts with.
"""
