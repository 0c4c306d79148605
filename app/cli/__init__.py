"""Implements the commands of `./siaga`, each in a module with `main(words) -> exit status`, imported on use.

Start reading at `help.py`, which names every command and its module.
"""
