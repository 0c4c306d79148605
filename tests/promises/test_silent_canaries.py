"""A thief of everything the server writes and remembers finds none of her words.

What is in clear is found, so we looked.
"""

import base64
import gzip
import json
import os
import re
import shutil
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select

from app.core.db import Database, open_engine
from app.core.ids import new_id
from app.core.secrets import load_secrets
from app.silent.crypto.hpke_envelope import Context, seal
from app.silent.crypto.signed_roster import unb64
from app.silent.encrypted_fields import load_master_key, summary_of, words_of
from app.silent.models import SilentCase
from config import Settings
from tests.support.commands import environment_of, run_command
from tests.support.ppa import Ppa
from tests.support.silent import receipt
from tests.support.system import free_ports
from tests.support.web import Web

REPORTS = int(os.environ.get("SIAGA_CANARY_REPORTS", "60"))
WORDS, NAME, PHONE = "kenari-narasi-7f3a", "kenari-nama-91bc", "0877700112"
LAT, LON = "0.1765432", "117.4987654"
SEALED = (WORDS, NAME, PHONE)
OLD_WORDS, OLD_NAME, OLD_PHONE, OLD_PLACE = (
    "kenari-kata-22d1",
    "kenari-nama-0c7e",
    "81377770112",
    "kenari-gang-4af0",
)
"""From a phone that cannot seal: in clear on the way, locked under the outer key where it is kept."""
CLEAR = "kenari-api-55d0"


def forms(canary):
    """Return a canary as it may stand somewhere: both encodings, and base64 in its three positions."""
    plain = canary.encode()
    shifted = (base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3))
    return [plain, canary.encode("utf-16-le"), *shifted]


def found(content, canary):
    return any(form in content for form in forms(canary))


def memory(pid):
    """Return the readable memory of a process and its children: what a core dump would hold."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    parts = []
    for item in (pid, *map(int, children)):
        with Path(f"/proc/{item}/mem").open("rb", 0) as sink:
            for line in Path(f"/proc/{item}/maps").read_text().splitlines():
                begin, end, mode = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
                if "r" not in mode or "w" not in mode:
                    continue
                try:
                    sink.seek(int(begin, 16))
                    parts.append(sink.read(int(end, 16) - int(begin, 16)))
                except (OSError, ValueError, OverflowError):
                    continue
    return b"\n".join(parts)


def send(url, body, key):
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    with urlopen(Request(f"{url}/api/v1/reports", json.dumps(body).encode(), headers), timeout=20) as answer:
        return answer.status


@pytest.fixture(scope="module")
def robbed(sqlite_template, tmp_path_factory):
    """A running installation after many silent reports, and one fire in clear."""
    folder = tmp_path_factory.mktemp("robbed")
    data = folder / "instance"
    from app.core.secrets import make_secrets

    make_secrets(data)
    shutil.copyfile(sqlite_template, data / "siaga.sqlite3")
    database = Database(open_engine(Settings(data=data).sqlalchemy_url))
    office = Ppa(database, data)
    key_id = office.hire("pendamping-uji")
    version = office.publish().version
    public = office.private[key_id].public_key()
    web = Web(data, free_ports()).start()
    receipts = []
    for place in range(REPORTS):
        key = new_id()
        received = {"words": f"{WORDS} {place}", "name": NAME, "phone": PHONE, "note": WORDS}
        body = {
            "kind": "violence_home",
            "block": {"position": {"lat": float(LAT), "lon": float(LON)}, "weapon": "yes"},
            "sealed": seal(
                Context(key, "narrative"), version, {key_id: public}, json.dumps(received).encode()
            ),
            "receipt": receipt(),
            "pad": "x" * 900,
        }
        assert send(web.url, body, key) == 201
        receipts.append(body["receipt"])
    old = {
        "kind": "violence_home",
        "location": {"lat": float(LAT), "lon": float(LON), "landmark": OLD_PLACE},
        "description": OLD_WORDS,
        "contact": {"name": OLD_NAME, "phone": f"0{OLD_PHONE}", "may_call": True},
    }
    assert send(web.url, old, new_id()) == 201
    assert send(web.url, {"kind": "fire", "description": CLEAR}, new_id()) == 201
    time.sleep(0.2)
    yield web, data, folder, receipts
    web.stop()
    database.engine.dispose()


@pytest.mark.engine("sqlite")
def test_a_thief_of_disk_backup_and_memory_finds_none_of_her_words(robbed):
    web, data, folder, _ = robbed
    environment = environment_of(SIAGA_DATA=str(data), DATABASE_URL="")
    file = folder / "siaga.tar.gz"
    done = run_command("backup", file, environment=environment)
    assert done.returncode == 0, done.stderr
    places = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert "siaga.sqlite3-wal" in places
    places["backup"] = gzip.decompress(file.read_bytes())
    places["memory"] = memory(web.process.pid)
    received = {
        (name, canary) for name, content in places.items() for canary in SEALED if found(content, canary)
    }
    assert received == set()
    seen = {name for name, content in places.items() if found(content, CLEAR)}
    assert {"siaga.sqlite3", "siaga.sqlite3-wal"} & seen, "the search finds what is there"
    assert {"backup", "memory"} <= seen
    print(
        f"{REPORTS} reports, {len(places)} places, {sum(map(len, places.values())) / 1e6:.0f} MB: 0 canaries"
    )


@pytest.mark.engine("sqlite")
def test_the_files_without_the_outer_key_tell_no_place_no_phone_and_no_receipt(robbed):
    """S9. The key opens what the search looked for, so it was there."""
    _, data, _, receipts = robbed
    secret = [LAT, LON, OLD_WORDS, OLD_NAME, OLD_PHONE, OLD_PLACE]
    shown = [item[part] for item in receipts for part in ("lookup", "proof")]
    for path in data.rglob("*"):
        if path.is_file() and path.name != "outer.key":
            content = path.read_bytes()
            assert not [part for part in secret if found(content, part)], path.name
            assert not [part for part in shown if part.encode() in content or unb64(part) in content], (
                path.name
            )
    secrets, database = load_secrets(data), Database(open_engine(Settings(data=data).sqlalchemy_url))
    with database.read() as session:
        case = session.scalars(select(SilentCase).where(SilentCase.words_content.is_not(None))).one()
    database.engine.dispose()
    opened = json.dumps(words_of(load_master_key(secrets), case)) + str(
        summary_of(load_master_key(secrets), case)
    )
    assert not [part for part in secret if part not in opened]
