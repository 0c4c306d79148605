"""The run that tests/cli/test_interruption.py interrupts: everything is up, nothing happens any more."""

import json
import os
import tempfile
import time
from pathlib import Path

import pytest


@pytest.mark.engine("postgresql")
def test_that_never_ends(system, chromium):
    data = {"pytest": os.getpid(), "folder": tempfile.gettempdir(), "url": system.url}
    file = Path(os.environ["INTERRUPTED"])
    file.with_suffix(".new").write_text(json.dumps(data))
    file.with_suffix(".new").rename(file)
    while chromium.is_connected():
        time.sleep(0.1)
