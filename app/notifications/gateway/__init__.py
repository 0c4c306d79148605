"""SMS, voice calls and e-mail to staff, handed to a gateway: one row a call, each with its answer.

Start reading at `outbox.py` (rows), then `sender.py` (the loop of the worker) and `providers.py`.
"""
