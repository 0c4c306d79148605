"""Fills a running system with a simulated day (`./siaga demo`).

Start reading at `__main__.py`; `script.py` lists the reports of the day.
"""
