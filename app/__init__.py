"""Bontang Siaga 112. The web application (`app.web`) is loaded when it is asked for: other processes go without."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.web import Siaga, create_app

__all__ = ["Siaga", "create_app"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(name)
    from app import web

    return getattr(web, name)
