"""`./siaga ppa`: the offline root, rosters and recovery key of UPTD PPA. Start reading at `__main__.py`."""
