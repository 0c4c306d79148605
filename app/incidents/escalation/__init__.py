"""Timers that run while nobody opens or accepts, and the steps of contacting people when one runs out.

Start reading at `timer_rules.py` (which timers an incident has), then `set_timers.py` and `run_step.py`.
"""
