"""The pages about the silent channel name tests that exist, and every promise of S1 to S25 has one."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = ("docs/silent-channel.md", "docs/threat-model.md")
NAMED = re.compile(r"(?:tests/)?[\w/]*\btest_\w+(?:\.py|…)?")


@cache
def known():
    """The names of all tests, and of their files with and without folder."""
    files = list((ROOT / "tests").rglob("test_*.py"))
    tests = {
        name
        for file in files
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    return tests, {str(file.relative_to(ROOT)) for file in files} | {file.name for file in files}


def named(text):
    return [name for code in re.findall(r"`([^`\n]+)`", text) for name in NAMED.findall(code)]


def there(name):
    tests, files = known()
    if name.endswith(".py"):
        return name in files
    return any(test.startswith(name[:-1]) for test in tests) if name.endswith("…") else name in tests


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_exists(page):
    names = named((ROOT / page).read_text("utf-8"))
    assert len(names) > 20
    assert not [name for name in names if not there(name)]


def test_every_promise_of_the_silent_channel_names_its_test():
    rows = re.findall(r"^\| S(\d+) .*$", (ROOT / PAGES[0]).read_text("utf-8"), re.MULTILINE)
    assert {int(number) for number in rows} == set(range(1, 26))
    lines = re.findall(r"^\| S\d+ .*$", (ROOT / PAGES[0]).read_text("utf-8"), re.MULTILINE)
    assert not [line[:60] for line in lines if not named(line)]
