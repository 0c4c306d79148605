"""Import a heavy module when it is first used, to keep start time and memory low."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _LazyModule:
    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def late(name: str) -> Any:
    """Return a proxy that imports the module on first use; import it for types under `TYPE_CHECKING`.

    Use it in files with many uses; for one use, an import inside the function is enough.
    """
    return _LazyModule(name)
