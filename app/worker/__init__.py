"""Runs the worker process: loops for jobs, push, calls and timers (`main.py`), and their tasks (`tasks.py`)."""
