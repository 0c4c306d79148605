"""A backup of a running system is a whole system."""

import http.client
import json
import shutil
import stat
import tarfile
import uuid

import pytest

from tests.support.commands import run_command
from tests.support.web import Web


def send_report(port: int) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
    connection.request("POST", "/api/v1/reports", json.dumps({"kind": "fire"}), headers)
    answer = connection.getresponse()
    assert answer.status == 201
    return json.loads(answer.read())


def follow(system, report: dict) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", system.port, timeout=10)
    headers = {"Authorization": f"Bearer {report['track_token']}"}
    connection.request("GET", f"/api/v1/reports/{report['id']}", headers=headers)
    return connection.getresponse().status


def backup(system, file):
    return run_command("backup", file, environment=system.environment)


@pytest.mark.engine("sqlite")
def test_a_restored_backup_knows_every_report(make_system, tmp_path):
    system = make_system()
    web = Web(system.data, system.port).start()
    reports = [send_report(system.port) for _ in range(5)]
    done = backup(system, tmp_path / "siaga.tar.gz")
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((tmp_path / "siaga.tar.gz").stat().st_mode) == 0o600
    assert "cannot be written: file exists" in backup(system, tmp_path / "siaga.tar.gz").stderr
    web.stop()
    folder = tmp_path / "restored"
    folder.mkdir(mode=0o700)
    with tarfile.open(tmp_path / "siaga.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    assert not (folder / "outer.key").exists(), "whoever steals a backup learns nobody's place"
    shutil.copy(system.data / "outer.key", folder)
    restored = make_system(SIAGA_DATA=str(folder))
    restored.data = folder
    restored.start(only="web")
    assert [follow(restored, report) for report in reports] == [200] * 5
    assert restored.staff == {}, "the staff came with the backup"


@pytest.mark.engine("postgresql")
def test_with_postgresql_it_says_what_is_not_in_it(make_system, tmp_path):
    system = make_system()
    done = backup(system, tmp_path / "siaga.tar.gz")
    assert done.returncode == 0
    assert "pg_dump" in done.stderr
    with tarfile.open(tmp_path / "siaga.tar.gz") as archive:
        assert set(archive.getnames()) >= {"secret.key", "vapid.pem"}
        assert "outer.key" not in archive.getnames()
