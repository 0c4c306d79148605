"""Manage staff accounts, sign-in and sessions, and the anonymous devices of residents.

Start reading at `sign_in.py` and `sessions.py`. Roles are the tuple `ROLES` in `models.py`.
"""
