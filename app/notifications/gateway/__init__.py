"""Sends SMS, voice calls and e-mail to staff through a gateway; each is a row with the provider's answer.

Start reading at `outbox.py` (rows), then `sender.py` (the loop of the worker) and `providers.py`.
"""
