"""The pictures of the README are of the system as it is."""

import subprocess
import sys

import pytest

from app.cli.dev.chromium import chromium
from tests.support.missing_programs import lack
from tests.support.system import ROOT


@pytest.mark.long
def test_every_picture_of_the_readme_can_be_made_again(tmp_path):
    if chromium() is None:
        lack("Chromium", "no such program; on Debian: apt install chromium")
    command = [sys.executable, "-m", "app.cli", "shots", "--to", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kept = {file.name for file in (ROOT / "docs" / "pictures").glob("*.png")}
    assert {file.name for file in tmp_path.glob("*.png")} == kept
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in tmp_path.glob("*.png"))
