"""Serve the console pages of violence-at-home cases to cleared operators, police and counsellors.

The table in `app/silent/access.py` decides; no page may show a field that it does not allow.
"""
