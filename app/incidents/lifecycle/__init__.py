"""Change the states of incidents and assignments.

`transitions.py` lists every move, `transition.py` applies one, `commands.py` and `assignments.py` offer them.
"""
