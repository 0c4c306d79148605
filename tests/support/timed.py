"""Leaves out the tests marked `timed`; `--timed` runs them and nothing else.

They judge seconds of processor, so they say something only on a machine that does nothing else.
"""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--timed", action="store_true", help="run the tests that judge a quiet machine's seconds"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "timed: judges seconds of a machine alone; runs with --timed only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--timed")
    left = [item for item in items if bool(item.get_closest_marker("timed")) != wanted]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
