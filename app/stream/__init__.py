"""The stream process: sends every event, in order, to every console that may see it (server-sent events).

Start reading at `hub.py`; `log_reader.py` follows the event log.
"""
