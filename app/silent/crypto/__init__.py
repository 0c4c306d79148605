"""Seal the silent channel: HPKE envelopes, counsellor keys, signed rosters, master key, recovery shares.

Read SAFETY rules in docs/silent-channel.md before touching anything; libraries do the cryptography.
"""
