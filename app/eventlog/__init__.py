"""Append events to the log, chain them by hash, and verify the chain against anchors outside the database.

Every change of state appends an event in its own transaction. Start reading at `log.py`.
"""
