"""Sends every event, in order, to each console that may see it (server-sent events), in a process of its own.

Start reading at `hub.py`; `log_reader.py` follows the event log.
"""
