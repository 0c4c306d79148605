"""The worker process: loops for jobs, push, calls and timers (`main.py`), and what they do (`tasks.py`)."""
