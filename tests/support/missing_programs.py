"""What a machine may lack: said once, counted as skipped, a failure where CI=true."""

import os
from typing import NoReturn

import pytest

_LACKING: dict[str, str] = {}


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def lack(what: str, why: str) -> NoReturn:
    """End the test that asks for something this machine does not have."""
    _LACKING[what] = why
    if is_ci():
        pytest.fail(f"{what} is missing: {why}", pytrace=False)
    pytest.skip(f"{what} is missing: {why}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons: dict[str, int] = {}
    for report in skipped:
        words = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reason = words.removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} test{'s' * (count > 1)} skipped: {reason}", yellow=True)
