"""The stream's process is started for these tests alone."""

from tests.support.streams import room

__all__ = ["room"]
