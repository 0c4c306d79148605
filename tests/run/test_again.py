"""What is asked twice: few failures, of whole processes, alone; a defect fails twice."""

import subprocess
import sys

import pytest

from app.cli import again

ONCE = """
from pathlib import Path
def test_moment():
    mark = Path(__file__).with_suffix(".seen")
    seen = mark.exists()
    mark.touch()
    assert seen
"""
ALWAYS = "def test_defect():\n    assert False\n"
LONG = "def pytest_addoption(parser):\n    parser.addoption('--long', action='store_true')\n"


@pytest.fixture
def tree(tmp_path):
    """A project of its own: folder and test file → what a run and the question after it end with."""

    def run(**files):
        (tmp_path / "conftest.py").write_text(LONG)
        (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n")
        for name, text in files.items():
            folder = tmp_path / "tests" / name.split("_")[0]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"test_{name}.py").write_text(text)
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--cache-clear"]
        first = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
        assert first.returncode == 1, first.stdout
        return again.ask(first.returncode, tmp_path)

    return run


def test_a_moment_passes_and_is_named(tree, capfd):
    assert tree(browser_one=ONCE) == 0
    assert (
        "UNSTEADY, failed once and passed alone: tests/browser/test_browser_one.py::test_moment"
        in capfd.readouterr().out
    )


def test_a_defect_fails_twice(tree, capfd):
    assert tree(browser_one=ONCE, browser_two=ALWAYS) == 1
    assert "UNSTEADY" not in capfd.readouterr().out


def test_rules_and_doors_are_not_asked_twice(tree, capfd):
    assert tree(rules_one=ONCE, browser_two=ONCE) == 1
    assert "once more" not in capfd.readouterr().out


def test_many_failures_are_not_asked_twice(tree):
    assert tree(browser_a=ONCE, browser_b=ONCE, faults_c=ONCE, live_d=ONCE) == 1


@pytest.mark.parametrize("code", [0, 2, 3, 4, 5])
def test_only_failed_tests_are_asked_about(code, tmp_path):
    assert again.ask(code, tmp_path) == code


def test_without_a_list_of_failures_a_failure_stays_one(tmp_path):
    assert again.ask(1, tmp_path) == 1
