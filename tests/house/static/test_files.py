"""What is true of every file of the repository, whatever it says."""

import re
import subprocess
import tokenize
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CODE = {".py", ".js", ".css", ".html", ".mjs", ".ts", ".sh"}
LONGEST_FILE = 400
LONGEST_LINE = 120
TWO_ELEMENTS = re.compile(r"</[a-z][\w-]*>[^<]*<[a-z]")
PICTURES_AND_SOUND = {".png", ".webp", ".jpg", ".ico", ".ogg", ".mp3", ".wav"}
MACHINE = re.compile(r"(?<![\w.~)-])/(?:root|home|Users|opt|work)/\w|/tmp/\w\w?/")
REGISTRY = re.compile(
    r"https?://[\w.-]*(?:pypi|pythonhosted|npmjs|yarnpkg|jsdelivr|unpkg|cdnjs)", re.IGNORECASE
)
FOREIGN = re.compile(r"@license|Licensed under the|SPDX-License|\(c\) 20\d\d|©", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")


@cache
def files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def texts() -> list[tuple[str, str]]:
    plain = [path for path in files() if path.suffix not in PICTURES_AND_SOUND]
    return [(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in plain]


def code() -> list[tuple[str, str]]:
    return [
        (name, text) for name, text in texts() if Path(name).suffix in CODE or name in {"siaga", ".ci/run"}
    ]


def test_no_file_is_long():
    long = [f"{name}: {lines} lines" for name, text in code() if (lines := text.count("\n")) > LONGEST_FILE]
    assert not long


def test_no_line_is_long():
    long = [
        f"{name}:{number}: {len(line)} characters"
        for name, text in code()
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert not long


def test_a_line_of_a_template_begins_one_element():
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in code()
        if name.endswith(".html")
        for number, line in enumerate(text.splitlines(), 1)
        if TWO_ELEMENTS.search(line)
    ]
    assert not found


def test_nothing_is_left_unfinished():
    found = [f"{name}: {match[0]}" for name, text in code() if (match := UNFINISHED.search(text))]
    assert not found


def test_no_path_of_a_machine_and_no_package_registry():
    skipped = {"tests/house/static/test_files.py"}
    found = [
        f"{name}: {match[0]}"
        for name, text in texts()
        if name not in skipped and (match := MACHINE.search(text) or REGISTRY.search(text))
    ]
    assert not found


def test_lock_files_name_no_host():
    for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json"):
        text = (ROOT / name).read_text()
        assert "://" not in text, name
        assert '"resolved"' not in text, name
        assert "index-url" not in text, name


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_hashed(name):
    blocks = re.split(r"\n(?=[A-Za-z])", (ROOT / name).read_text().strip())
    wrong = [
        block.splitlines()[0] for block in blocks if not re.match(r"[\w.\[\]-]+==\S+ (?:;.*)?\\\n", block)
    ]
    assert not wrong
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)


def test_no_file_of_others_is_committed():
    names = [str(path.relative_to(ROOT)) for path in files()]
    wrong = [
        name
        for name in names
        if re.search(r"\.min\.(js|css)$|node_modules/|leaflet|vendor|third.?party", name, re.IGNORECASE)
        and Path(name).suffix in {".js", ".css", ".png", ".svg", ".map"}
        and not name.startswith(("pwa/js/", "tests/"))
    ]
    assert not wrong
    licensed = [name for name, text in code() if FOREIGN.search(text) and "test_files" not in name]
    assert not licensed
    heavy = [name for name in names if (ROOT / name).stat().st_size > 600_000]
    assert not heavy


def test_tests_use_the_real_thing():
    """No test is switched off and no part of ours is replaced by a puppet."""
    wrong = []
    for name, text in code():
        if not name.startswith("tests/") or "test_files" in name:
            continue
        if re.search(r"unittest\.mock|MagicMock|pytest\.mark\.(skip|xfail)|assert True\b", text):
            wrong.append(name)
        if "pytest.skip(" in text and not name.startswith("tests/support/"):
            wrong.append(name)
    assert not wrong


def test_python_files_are_utf8():
    for path in files():
        if path.suffix == ".py":
            with path.open("rb") as file:
                assert tokenize.detect_encoding(file.readline)[0] in {"utf-8", "utf-8-sig"}, path
