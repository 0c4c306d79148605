"""What is chosen at the command's line or in its environment is what runs; the line wins."""

import http.client

import pytest
from sqlalchemy import func, select

from app.incidents.models import Incident
from tests.support.commands import run_command
from tests.support.system import free_ports


def answers(host, port):
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.engine("sqlite")
def test_port_host_and_folder_of_the_line_win(make_system, tmp_path):
    system = make_system(SIAGA_PORT="1", SIAGA_HOST="192.0.2.1", SIAGA_DATA="/proc/nowhere")
    port, folder = free_ports(), tmp_path / "chosen"
    system.data = folder
    system.start("--port", str(port), "--host", "127.0.0.2", "--data", str(folder), only="web,live")
    assert answers("127.0.0.2", port)
    assert answers("127.0.0.2", port + 1), "the stream takes the next port"
    assert not answers("127.0.0.1", port)
    assert (folder / "siaga.sqlite3").is_file()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert system.stop() == 0


@pytest.mark.long
@pytest.mark.engine("sqlite")
def test_the_environment_says_the_same(make_system, tmp_path):
    port, folder = free_ports(), tmp_path / "told"
    system = make_system(SIAGA_PORT=str(port), SIAGA_HOST="127.0.0.3", SIAGA_DATA=str(folder))
    system.data = folder
    system.start(only="web")
    assert answers("127.0.0.3", port)
    assert not answers("127.0.0.1", port)
    assert (folder / "siaga.sqlite3").is_file()


def command(system, *words):
    return run_command(*words, environment=system.environment)


@pytest.mark.long
@pytest.mark.engine("sqlite")
def test_a_running_system_is_filled_with_a_day_and_emptied_again(make_system, database):
    system = make_system().start(only="web")

    def marked():
        with database.read() as session:
            return session.scalar(select(func.count()).where(Incident.simulation))

    filled = command(system, "demo")
    assert (filled.returncode, filled.stderr) == (0, "")
    assert filled.stdout.startswith("40 simulated reports filed, each marked SIMULASI.")
    assert marked() == 40
    assert system.get("/") == 200
    emptied = command(system, "demo", "--remove")
    assert (emptied.returncode, emptied.stdout, emptied.stderr) == (0, "40 simulated reports removed.\n", "")
    assert marked() == 0
    assert command(system, "demo", "--remove").stdout == "0 simulated reports removed.\n"


@pytest.mark.engine("sqlite")
def test_a_map_that_is_none_is_said_at_start(make_system, tmp_path):
    file = tmp_path / "kota.pmtiles"
    file.write_bytes(b"something else")
    done = command(make_system(SIAGA_MAP_TILES=str(file)), "run")
    assert done.returncode == 1
    assert done.stderr.strip() == f"siaga: SIAGA_MAP_TILES: {file} is no PMTiles archive of version 3"
