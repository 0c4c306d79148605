"""`./siaga run`: starts, watches and stops web, worker and stream; migrations; logging.

Start reading at `supervisor.py`.
"""
