"""The outer key is changed while the system runs, and no backup ever holds it."""

import stat

import pytest

from app.cli.rotate_key import rotate_key
from app.core.errors import NotFound
from app.core.secrets import load_secrets
from app.run.prepare import CannotStart
from app.silent.case_log import first_broken_entry
from app.silent.crypto import rotate_master_key
from app.silent.crypto.master_key import FileKey, WatchedFileKey, decrypt_field, encrypt_field, field_binding
from app.silent.crypto.signed_roster import b64
from app.silent.dispatch_summary import DispatchSummary
from app.silent.encrypted_fields import encrypt_summary, load_master_key, summary_of
from app.silent.models import SilentCase
from tests.support.ppa import lay_cases


@pytest.fixture
def held(office, secrets):
    """Five cases with a block; their ids."""
    office.hire("sari")
    office.publish()
    outer = load_master_key(secrets)
    return lay_cases(
        office, 5, locked=lambda case_id: encrypt_summary(outer, case_id, 1, DispatchSummary(weapon="yes"))
    )


def opens(office, ids, outer):
    with office.database.read() as session:
        return [summary_of(outer, session.get(SilentCase, case_id)).weapon for case_id in ids]


def test_a_running_process_reads_on_while_the_key_is_changed(
    siaga_command, office, held, secrets, data_folder
):
    running = load_master_key(secrets)
    before = (data_folder / "outer.key").read_bytes()
    planned = siaga_command("outer", "rotate", "--dry-run")
    assert planned.stdout == "5 fields would be wrapped anew, 0 open with no key of ours\n"
    assert (data_folder / "outer.key").read_bytes() == before
    done = siaga_command("outer", "rotate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "5 fields are wrapped by the new key" in done.stdout
    assert (data_folder / "outer.key").read_bytes() != before
    assert stat.S_IMODE((data_folder / "outer.key").stat().st_mode) == 0o600
    assert [file.name for file in data_folder.glob("outer.key*")] == ["outer.key"]
    assert opens(office, held, running) == ["yes"] * 5
    with pytest.raises(NotFound):
        opens(office, held, FileKey(before))
    with office.database.read() as session:
        assert first_broken_entry(session) is None


@pytest.mark.engine("sqlite")
def test_a_rotation_that_was_cut_off_goes_on(capsys, office, held, secrets, data_folder):
    file = data_folder / "outer.key"
    rotate_master_key.begin_rotation(file)
    half = load_master_key(secrets)
    with office.database.write() as session:
        case = session.get(SilentCase, held[0])
        locked = encrypt_summary(half, case.id, 1, DispatchSummary(weapon="yes"))
        case.block_wrapped, case.block_content = locked.wrapped, locked.content
    newest = file.read_bytes()
    assert opens(office, held, half) == ["yes"] * 5
    rotate_key(office.database, secrets, grace_s=0)
    assert "4 fields are wrapped by the new key" in capsys.readouterr().out
    assert file.read_bytes() == newest
    assert opens(office, held, FileKey(newest)) == ["yes"] * 5


@pytest.mark.engine("sqlite")
def test_a_key_in_the_environment_is_rotated_by_naming_both(siaga_command, office, held, data_folder):
    old, new = (data_folder / "outer.key").read_bytes(), bytes(range(32))
    (data_folder / "outer.key").unlink()
    alone = siaga_command("outer", "rotate", SIAGA_OUTER_KEY=b64(old))
    assert alone.returncode == 1
    assert "SIAGA_OUTER_KEY=NEW,OLD" in alone.stderr
    done = siaga_command("outer", "rotate", SIAGA_OUTER_KEY=f"{b64(new)},{b64(old)}")
    assert (done.returncode, done.stderr) == (0, "")
    assert opens(office, held, FileKey(new)) == ["yes"] * 5
    answer = siaga_command("outer", "rotate", SIAGA_OUTER_KEY="short")
    assert "SIAGA_OUTER_KEY: each key is 43 signs" in answer.stderr
    assert "short" not in answer.stderr


@pytest.mark.engine("sqlite")
def test_a_field_that_no_key_opens_keeps_the_old_key(office, held, secrets, data_folder):
    with office.database.write() as session:
        session.get(SilentCase, held[0]).block_wrapped = bytes(60)
    with pytest.raises(CannotStart, match="1 fields open with no key of ours"):
        rotate_key(office.database, secrets, grace_s=0)
    assert (data_folder / "outer.key.old").exists()


def test_the_key_may_lie_in_a_file_elsewhere(data_folder, tmp_path):
    elsewhere = tmp_path / "credentials"
    (data_folder / "outer.key").rename(elsewhere)
    outer = load_master_key(load_secrets(data_folder, (elsewhere, (), "")))
    assert (
        decrypt_field(
            WatchedFileKey(elsewhere),
            encrypt_field(outer, b"x", field_binding("1", "block", 1)),
            field_binding("1", "block", 1),
        )
        == b"x"
    )
    with pytest.raises(FileNotFoundError):
        load_secrets(data_folder)
