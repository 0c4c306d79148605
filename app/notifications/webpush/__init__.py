"""Sends Web Push: subscriptions, the outbox, encryption by a library, one HTTP/2 connection per push service.

Start reading at `outbox.py` (rows written with the event), then `sender.py` (the loop of the worker).
"""
