"""Fixtures of the pushes are for these tests alone."""

from tests.support.pushes import pushes, settings, town

__all__ = ["pushes", "settings", "town"]
