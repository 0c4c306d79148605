"""A process that began while the key service is away: every call for help is kept, and read when the key is told."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.errors import NotFound, Unavailable
from app.silent.crypto import master_key_service
from app.silent.crypto.master_key import FileKey
from app.silent.crypto.master_key_offline import OfflineSealing
from app.silent.encrypted_fields import load_master_key, summary_of
from app.silent.models import SilentCase
from tests.support.key_service import ask_for_help, cases, weapon
from tests.support.phone import wait_for


def begun_again(asking):
    """The key as another process of this installation would have it, at its start."""
    master_key_service.open_service_key.cache_clear()
    return load_master_key(asking)


def test_a_process_that_began_while_it_is_away_keeps_every_call_and_reads_it_when_it_is_back(
    database, asking, service, monkeypatch
):
    monkeypatch.setattr(master_key_service, "PAUSE_S", 0.05)
    before = ask_for_help(database, asking)
    service.away = True
    again = begun_again(asking)
    again.begin()
    ids = [ask_for_help(database, asking) for _ in range(3)]
    assert cases(database) == 4
    for case_id in (before, *ids):
        with pytest.raises(Unavailable):
            weapon(database, case_id, load_master_key(asking))
    with database.read() as session:
        for case_id in ids:
            case = session.get_one(SilentCase, case_id)
            assert b"weapon" not in case.block_wrapped + case.block_content
            for thief in (FileKey(bytes(32)), FileKey(bytes(32), secret=asking.app), FileKey(service.first)):
                with pytest.raises(NotFound):
                    summary_of(thief, case)
    service.away = False
    wait_for(lambda: again.known)
    assert [weapon(database, case_id, load_master_key(asking)) for case_id in (before, *ids)] == ["yes"] * 4
    locked = ask_for_help(database, asking)
    assert weapon(database, locked, FileKey(service.first)) == "yes"


@pytest.mark.engine("sqlite")
def test_what_was_sealed_meanwhile_is_wrapped_by_the_next_key_and_by_none_that_was_given_up(
    database, asking, service, siaga_command, monkeypatch
):
    monkeypatch.setattr(master_key_service, "PAUSE_S", 0.0)
    ask_for_help(database, asking)
    service.away = True
    begun_again(asking)
    sealed = ask_for_help(database, asking)
    service.away = False
    second = AESGCM.generate_key(256)
    fresh, old = service.hold(second), (service.folder / "files").read_text()
    service.serve_files(fresh, old)
    done = siaga_command("outer", "rotate", SIAGA_OUTER_KEY_COMMAND=service.command)
    assert "2 fields are wrapped by the new key" in done.stdout
    assert weapon(database, sealed, FileKey(second)) == "yes"
    service.away = True
    begun_again(asking)
    kept = cases(database)
    with pytest.raises(Unavailable):  # this machine was told another key than the one that holds now
        ask_for_help(database, asking)
    assert cases(database) == kept


@pytest.mark.engine("sqlite")
def test_a_hundred_calls_ask_a_service_that_is_away_once(database, asking, service, monkeypatch):
    monkeypatch.setattr(master_key_service, "PAUSE_S", 60.0)  # a hundred may take long here
    service.away = True
    for _ in range(100):
        with pytest.raises(Unavailable):
            ask_for_help(database, asking)
    assert service.requests == 1


@pytest.mark.engine("sqlite")
def test_a_sealed_key_opens_nowhere_else_and_not_with_a_bit_turned(tmp_path):
    outer, secret, key = AESGCM.generate_key(256), b"s" * 32, AESGCM.generate_key(256)
    standby = OfflineSealing(tmp_path / "outer.pub", secret)
    standby.keep(outer)
    sealed = standby.wrap(key, b"a|block|1")
    assert FileKey(outer, secret=secret).unwrap(sealed, b"a|block|1") == key
    turned = [sealed[:at] + bytes([sealed[at] ^ 1 << at % 8]) + sealed[at + 1 :] for at in range(len(sealed))]
    others = [(sealed, b"b|block|1"), (sealed, b"a|block|2"), *((item, b"a|block|1") for item in turned)]
    for wrapped, place in others:
        with pytest.raises(NotFound):
            FileKey(outer, secret=secret).unwrap(wrapped, place)
    with pytest.raises(NotFound):  # made by somebody who has the point and not the installation's secret
        FileKey(outer, secret=secret).unwrap(OfflineSealing(standby.file, b"x" * 32).wrap(key, b"a"), b"a")
    (tmp_path / "outer.pub").write_bytes(b"damaged")
    with pytest.raises(NotFound):
        standby.wrap(key, b"a")
