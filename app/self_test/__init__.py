"""Runs the daily self-test: a report marked as a test goes through HTTP, queue, stream, outbox and worker.

Start reading at `run.py`; `status.py` is what the console and `/status` show of the last run.
"""

from typing import Final

PURPOSE: Final = "canary"
HEADER: Final = "Siaga-Canary"
"""Request header with a MAC over the report's key, so that only this installation can mark a report as its test."""
