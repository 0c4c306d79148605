"""Escalate incidents that stay unopened or unaccepted.

`timer_rules.py` lists the timers of an incident, `set_timers.py` keeps them, `run_step.py` runs the steps.
"""
