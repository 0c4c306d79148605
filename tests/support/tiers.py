"""Selects the tests of a run: the short tier, all of them (`--all`), or what the short tier leaves out (`--rest`).

| | `pytest` | `--all` | `--rest` |
|---|---|---|---|
| a test that asks for no database, or is marked `engine(name)` | runs | runs | |
| a test on SQLite | runs | runs | |
| a test on PostgreSQL | where marked `both_engines` | runs | where it is not |
| a test that asks for `long` | small numbers | full numbers | full numbers |
| a test marked `long` | | runs | runs |

A run without options and one with `--rest` make up one with `--all`; nothing runs twice with the same numbers.
"""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "siaga",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("siaga")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tiers")
    group.addoption("--all", action="store_true", help="run everything, with full numbers")
    group.addoption("--rest", action="store_true", help="run what a run without --all leaves out")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: minutes, not seconds; runs with --all")
    config.addinivalue_line("markers", "both_engines: runs on PostgreSQL without --all too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    selected: Callable[[pytest.Function], bool]
    if config.getoption("--rest"):
        selected = _is_left_out
    elif config.getoption("--all"):
        return
    else:
        selected = _is_short
    kept: list[pytest.Function] = []
    left: list[pytest.Function] = []
    for item in items:
        (kept if selected(item) else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _is_short(item: pytest.Function) -> bool:
    """Whether the short tier runs this test, be it with small numbers."""
    if item.get_closest_marker("long"):
        return False
    engine = item.callspec.params.get("engine_name") if hasattr(item, "callspec") else None
    return engine != "postgresql" or bool(
        item.get_closest_marker("both_engines") or item.get_closest_marker("engine")
    )


def _is_left_out(item: pytest.Function) -> bool:
    """Whether the short tier leaves this test out, or runs it with smaller numbers."""
    return not _is_short(item) or "long" in item.fixturenames


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether this run takes the full numbers."""
    return bool(request.config.getoption("--all") or request.config.getoption("--rest"))
