"""The manual names every setting and every command, and nothing that does not exist."""

import re
from dataclasses import fields
from pathlib import Path

from app.cli.help import COMMANDS, HELP
from config import Settings

ROOT = Path(__file__).resolve().parents[3]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def names() -> set[str]:
    plain = {f"SIAGA_{field.name.upper()}" for field in fields(Settings)}
    return plain - {"SIAGA_DATABASE_URL"} | {"DATABASE_URL"}


def test_every_setting_is_in_the_table_and_nothing_else():
    table = set(re.findall(r"^\| `(SIAGA_\w+|DATABASE_URL)` \|", OPERATIONS, re.MULTILINE))
    assert table == names()
    assert set(re.findall(r"SIAGA_[A-Z_]+", OPERATIONS + README + HELP)) <= names()


def test_every_command_that_is_written_down_exists():
    written = set(re.findall(r"\./siaga ([a-z]+(?:-[a-z]+)*)", OPERATIONS + README + HELP))
    assert written <= COMMANDS.keys()


def test_no_link_or_picture_is_broken():
    for name, text in (("README.md", README), ("docs/operations.md", OPERATIONS)):
        here = (ROOT / name).parent
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (here / target).exists(), f"{name}: {target}"
