"""Modules that are loaded when something of them is first used: what a process never does costs it nothing."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Late:
    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def late(name: str) -> Any:
    """Return a stand-in for a heavy module; for types it is imported beside it, under `TYPE_CHECKING`.

    An import inside the function says the same for one use; this says it once for a file of many.
    """
    return _Late(name)
