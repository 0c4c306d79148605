"""`./siaga demo`: fills a running system with a simulated day.

Start reading at `__main__.py`; `script.py` is the day itself.
"""
