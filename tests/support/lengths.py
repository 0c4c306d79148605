"""Which tests wait for `--long`, and how hard hypothesis looks."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "siaga",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("siaga")


def pytest_addoption(parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked `long` too")


def pytest_configure(config) -> None:
    config.addinivalue_line("markers", "long: minutes, not seconds; runs with --long")
    config.addinivalue_line("markers", "longer: does more with --long; set for whoever asks for `long`")


def pytest_collection_modifyitems(config, items) -> None:
    for item in items:
        if "long" in item.fixturenames:
            item.add_marker("longer")
    if config.getoption("--long"):
        return
    kept, left = [], []
    for item in items:
        (left if item.get_closest_marker("long") else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


@pytest.fixture
def long(request) -> bool:
    """Whether this run may take its time."""
    return request.config.getoption("--long")
