"""Store and serve reports of violence at home (the silent channel).

Read docs/silent-channel.md first. `access.py` holds the table of viewers and fields; every outgoing contact passes
`safe_contact.py`.
"""
