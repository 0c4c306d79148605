"""Manages the offline root, rosters and recovery key of UPTD PPA (`./siaga ppa`). Start reading at `__main__.py`."""
