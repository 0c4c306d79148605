"""The silent channel for violence at home: intake, access rules, safe contact, case log, retention, receipts.

Read docs/silent-channel.md first. `access.py` is the table of who sees what, `safe_contact.py` the gate outwards.
"""
