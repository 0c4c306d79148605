"""The web process answers soon and stays small: what only some of its work needs is loaded when that work comes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "PIL", "alembic", "argon2", "cryptography", "geopy", "phonenumbers", "prometheus_client", "psycopg", "py_vapid",
    "pycurl", "pyotp", "pywebpush", "rapidfuzz", "segno", "shapely", "smtplib", "sqlalchemy.dialects.postgresql",
    "webauthn",
    "xlsxwriter",
)  # fmt: skip
"""Each costs megabytes or tens of milliseconds, in every process, from the first second."""

FOR_THE_DOCUMENT = ("app.public.api.schemas.responses", "app.public.api.schemas.city")
"""Schemas of responses: `/openapi.json` alone needs them, and builds them when it is requested."""


def loaded(settings, lines):
    """Return the modules that a Python of its own holds after these lines."""
    code = f"import json, sys\n{lines}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SIAGA_DATA": str(settings.data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.engine("sqlite")
def test_an_application_with_both_doors_loads_nothing_heavy(settings, database):
    modules = loaded(
        settings,
        "import os\nfrom app import create_app\nfrom config import Settings\n"
        "create_app(Settings.from_mapping(os.environ))",
    )
    assert "app.console.dispatch.queue" in modules
    assert not modules & set(HEAVY)


@pytest.mark.engine("sqlite")
def test_the_process_loads_the_console_when_somebody_asks_for_it(settings, database):
    """Residents are answered before, and by the same process."""
    requests = "from werkzeug.test import Client\nclient = Client(wsgi.application)"
    before = loaded(settings, f"import wsgi\n{requests}\nassert client.get('/').status_code == 200")
    after = loaded(
        settings, f"import wsgi\n{requests}\nassert client.get('/console/masuk').status_code == 200"
    )
    assert not [name for name in before if name.startswith(("app.console", "app.statistics"))]
    assert not before & {*HEAVY, *FOR_THE_DOCUMENT}
    assert "app.console.dispatch.queue" in after
