"""A clock that a test moves: every module of ours that asks for the time asks this one."""

import sys
import time
from datetime import datetime, timedelta
from importlib import import_module

import pytest

from app.core import clock as real

MIDNIGHT_S = 45
"""Longer than what a test does that counts the numbers or figures of a day."""


class Clock:
    """Starts at the real moment and stands still until `forward`."""

    def __init__(self) -> None:
        self.at = _NOW()

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **much: float) -> None:
        """Let time pass: `forward(minutes=31)`."""
        self.at += timedelta(**much)


_NOW = real.now


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin no test right before midnight in Bontang: its day would end under it, and numbers begin anew.

    What happens at midnight is asked by tests/promises/test_midnight.py, which sets its clock there.
    """
    moment = _NOW()
    _, over = real.wita_span(moment.astimezone(real.WITA).date())
    left_s = (over - moment).total_seconds()
    if left_s < MIDNIGHT_S:
        time.sleep(left_s + 0.1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of this test."""
    import_module("tests.support.everything")  # a module imported later would keep the moved clock for good
    moved = Clock()
    for name, module in list(sys.modules.items()):
        if name.startswith("app.") and getattr(module, "now", None) is _NOW:
            monkeypatch.setattr(module, "now", moved)
    return moved
