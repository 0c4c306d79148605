"""How people are reached: web push to residents and staff, and SMS, voice and e-mail through a gateway.

`wording.py` says what a lock screen may show. No request waits for a provider: rows go to an outbox.
"""
