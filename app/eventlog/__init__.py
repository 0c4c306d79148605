"""The append-only log of events, its hash chain, and the anchors outside the database that prove it whole.

Every change of state appends here in its own transaction. Start reading at `log.py`.
"""
