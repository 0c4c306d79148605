"""The outer key from a key service: a real one on loopback, asked by a command, away, back, and with another key."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.errors import NotFound, Unavailable
from app.silent.crypto import master_key_service
from app.silent.crypto.master_key import FileKey
from app.silent.encrypted_fields import load_master_key
from config import Settings
from tests.support.key_service import ask_for_help, cases, weapon


def test_a_case_is_locked_under_the_key_of_the_service_and_it_is_asked_once(
    database, asking, service, secrets
):
    ids = [ask_for_help(database, asking) for _ in range(3)]
    assert service.requests == 1
    service.away = True
    ids.append(ask_for_help(database, asking))
    for case_id in ids:
        assert weapon(database, case_id, load_master_key(asking)) == "yes"
        assert weapon(database, case_id, FileKey(service.first)) == "yes"
        with pytest.raises(NotFound):
            weapon(database, case_id, load_master_key(secrets))


@pytest.mark.engine("sqlite")
def test_while_it_was_never_reached_she_is_told_to_try_again_and_nothing_is_kept(
    database, asking, service, monkeypatch
):
    monkeypatch.setattr(master_key_service, "PAUSE_S", 0.0)
    service.away = True
    with pytest.raises(Unavailable) as answer:
        ask_for_help(database, asking)
    assert answer.value.extra["retry_after_s"] == master_key_service.RETRY_AFTER_S
    assert cases(database) == 0
    service.away = False
    assert weapon(database, ask_for_help(database, asking), load_master_key(asking)) == "yes"


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    "command", ["false", "echo rahasia-pendek", "true", "/there/is/no/such/command", f"echo {'A' * 42}"]
)
def test_what_prints_no_key_is_no_key_and_what_it_said_is_not_repeated(command, capfd):
    with pytest.raises(Unavailable) as answer:
        master_key_service.ServiceKey(command).wrap(bytes(32), b"")
    out, err = capfd.readouterr()
    assert "rahasia" not in f"{out}{err}{answer.value}"


@pytest.mark.engine("sqlite")
def test_another_key_while_the_system_runs(database, asking, service, siaga_command, monkeypatch):
    """A running process follows at its next need, although it asked a moment ago."""
    monkeypatch.setattr(master_key_service, "PAUSE_S", 0.0)
    ids = [ask_for_help(database, asking) for _ in range(3)]
    alone = siaga_command("outer", "rotate", SIAGA_OUTER_KEY_COMMAND=service.command)
    assert alone.returncode == 1
    assert "the new key first, then the old one" in alone.stderr
    second = AESGCM.generate_key(256)
    fresh, old = service.hold(second), (service.folder / "files").read_text()
    service.serve_files(fresh, old)
    done = siaga_command("outer", "rotate", SIAGA_OUTER_KEY_COMMAND=service.command)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 fields are wrapped by the new key" in done.stdout
    service.serve_files(fresh)
    for case_id in ids:
        assert weapon(database, case_id, FileKey(second)) == "yes"
        assert weapon(database, case_id, load_master_key(asking)) == "yes"
    with pytest.raises(NotFound):
        weapon(database, ids[0], FileKey(service.first))
    service.away = True
    away = siaga_command("outer", "rotate", SIAGA_OUTER_KEY_COMMAND=service.command)
    assert away.returncode == 1
    assert "did not print the outer key; nothing was changed" in away.stderr


@pytest.mark.engine("sqlite")
def test_a_setting_names_the_command_and_is_shown_nowhere(asking, service):
    settings = Settings.from_mapping({"SIAGA_OUTER_KEY_COMMAND": service.command})
    assert settings.outer == (None, (), service.command)
    assert service.command not in repr(settings) + repr(asking)
