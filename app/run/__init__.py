"""Starts, supervises and stops web, worker and stream (`./siaga run`); migrations; logging.

Start reading at `supervisor.py`.
"""
