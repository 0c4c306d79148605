"""Notifies reporters and staff: web push, and SMS, voice and e-mail to staff through a gateway.

`wording.py` holds what a lock screen may show. Rows go to an outbox, so that requests never wait for a provider.
"""
