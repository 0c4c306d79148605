"""Migrations are one numbered chain: each follows the one before, and none is left out."""

import re
from pathlib import Path

VERSIONS = Path(__file__).resolve().parents[3] / "migrations" / "versions"


def test_each_migration_follows_the_one_before():
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    answer = [
        re.search(r'^revision = "(\d+)"\ndown_revision = (?:"(\d+)"|None)', text, re.MULTILINE).groups()
        for text in ((VERSIONS / name).read_text() for name in names)
    ]
    numbers = [f"{number:04}" for number in range(1, len(names) + 1)]
    assert [name[:4] for name in names] == numbers
    assert answer == list(zip(numbers, [None, *numbers[:-1]], strict=True))
