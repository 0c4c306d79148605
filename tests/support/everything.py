"""Loads every module of the program; what is loaded here, forks of the fork server need not load."""

import pkgutil
from importlib import import_module

import app

for _module in pkgutil.walk_packages(app.__path__, "app."):
    if not _module.name.endswith("__main__"):
        import_module(_module.name)
