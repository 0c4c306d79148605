"""Commands behind `./siaga`: each is a module with `main(words) -> exit status`, imported when it is used.

Start reading at `help.py`, which names every command and its module.
"""
