"""States of an incident and of its assignments.

`transitions.py` is the table of every move, `transition.py` applies one, `commands.py` and `assignments.py` name them.
"""
