"""UPTD PPA's root and roster from the command line, as somebody at a table without a network uses them."""

import stat
from itertools import combinations

import pytest

from app.silent.crypto import key_files, published_rosters
from app.silent.crypto.signed_roster import RosterKey, key_id, point, unb64


@pytest.mark.engine("sqlite")
def test_a_root_is_made_once_for_its_owner_alone(siaga_command, tmp_path):
    folder = tmp_path / "root"
    planned = siaga_command("ppa", "root", "--out", folder, "--dry-run")
    assert planned.returncode == 0
    assert not folder.exists()
    assert siaga_command("ppa", "root", "--out", folder, SIAGA_DATA=str(tmp_path / "nothing")).returncode == 0
    files = {file.name for file in folder.iterdir()}
    assert files == {"root.key", "root.pub", "recovery.pub", "share-1.txt", "share-2.txt", "share-3.txt"}
    assert {f"would write {folder / name}" for name in files} == set(planned.stdout.splitlines())
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    again = siaga_command("ppa", "root", "--out", folder)
    assert again.returncode == 1
    assert "a root is made once" in again.stderr
    recovery = key_files.read_point((folder / "recovery.pub").read_text())
    shares = [key_files.Share.read((folder / f"share-{number}.txt").read_text()) for number in (1, 2, 3)]
    for pair in combinations(shares, 2):
        assert point(key_files.recovery_key(pair).public_key()) == recovery
    assert key_files.recovery_key(shares).private_numbers().private_value.to_bytes(
        32, "big"
    ).hex() not in "".join(file.read_text() for file in folder.iterdir()), "the key itself is written nowhere"


def test_a_roster_is_published_here_or_signed_elsewhere(siaga_command, office, tmp_path, client):
    folder = office.folder(tmp_path / "root")
    assert "no counsellor has a key yet" in siaga_command("ppa", "publish", "--root", folder).stderr
    first = office.hire("sari")
    office.hire("not-cleared", cleared=False)
    office.hire("not-ppa", agency="polres")
    shown = siaga_command("ppa", "publish", "--root", folder, "--dry-run")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert f"{first}  counsellor sari" in shown.stdout
    assert not (office.data / "ppa").exists()
    assert "siaga-ppa" not in client.get("/").text
    done = siaga_command("ppa", "publish", "--root", folder)
    assert (done.returncode, done.stderr) == (0, "")
    two = office.hire("tuti")
    draft, signed = tmp_path / "draft.json", tmp_path / "signed.json"
    assert siaga_command("ppa", "publish", "--draft", draft).returncode == 0
    at_the_table = siaga_command(
        "ppa", "sign", draft, "--root", folder, "--out", signed, SIAGA_DATA="/nowhere"
    )
    assert (at_the_table.returncode, at_the_table.stderr) == (0, "")
    assert siaga_command("ppa", "publish", "--signed", signed).returncode == 0
    with office.database.read() as session:
        roster = published_rosters.keys_of(published_rosters.newest(session))
    assert (roster.version, {m.id for m in roster.members}) == (2, {first, two, office.recovery_id})
    replayed = siaga_command("ppa", "publish", "--signed", signed)
    assert replayed.returncode == 1
    assert "this roster is refused" in replayed.stderr
    assert "Traceback" not in replayed.stderr


def test_phones_are_told_the_roster_and_the_root_on_separate_ways(office, app):
    office.hire("sari")
    office.publish()
    client = app.test_client()
    answer = client.get("/api/v1/city").json
    assert answer["roster"]["payload"]
    assert "ppa_root" not in answer
    root = client.get("/").text.split('<meta name="siaga-ppa" content="')[1].split('"')[0]
    assert unb64(root) == point(office.root.public_key())


@pytest.mark.engine("sqlite")
def test_without_a_root_there_is_no_word_of_it(client):
    assert client.get("/api/v1/city").json["roster"] is None
    assert "siaga-ppa" not in client.get("/").text


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    "hostile", ["unsigned", "expired", "older", "another root", "no recovery key", "25 keys"]
)
def test_a_hostile_roster_is_never_published(siaga_command, office, tmp_path, hostile):
    import json

    office.hire("sari")
    office.publish()
    office.publish()
    if hostile == "unsigned":
        signed = office.signed() | {"signature": "A" * 86}
    elif hostile == "expired":
        signed = office.signed(days=-1)
    elif hostile == "older":
        signed = office.signed(version=2)
    elif hostile == "another root":
        signed = office.signed(root=key_files.new_key())
    else:
        with office.database.read() as session:
            members = published_rosters.keys_of(published_rosters.newest(session)).members
        more = [
            RosterKey(point(key_files.new_key().public_key()), "counsellor", m.not_after)
            for m in members[:1] * 23
        ]
        kept = (
            [m for m in members if m.role != "recovery"]
            if hostile == "no recovery key"
            else [*members, *more]
        )
        signed = office.signed(members=kept)
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(signed))
    done = siaga_command("ppa", "publish", "--signed", file)
    assert done.returncode == 1
    assert "refused" in done.stderr
    with office.database.read() as session:
        assert published_rosters.newest(session).version == 2


@pytest.mark.engine("sqlite")
def test_another_root_is_not_installed_over_ours(siaga_command, office, tmp_path):
    office.hire("sari")
    office.publish()
    assert siaga_command("ppa", "root", "--out", tmp_path / "other").returncode == 0
    done = siaga_command("ppa", "publish", "--root", tmp_path / "other")
    assert done.returncode == 1
    assert "is another root" in done.stderr


@pytest.mark.parametrize("slip", ["number", "sign", "missing"])
def test_a_share_copied_wrongly_is_told(slip):
    line = key_files.share_out(key_files.new_key())[0].line()
    wrong = {
        "number": line.replace("v1 1", "v1 2"),
        "sign": line[:40] + ("1" if line[40] == "0" else "0") + line[41:],
        "missing": line[:-6],
    }[slip]
    with pytest.raises(key_files.Invalid):
        key_files.Share.read(wrong)


def test_shares_of_two_keys_open_nothing():
    first, other = (key_files.share_out(key_files.new_key()) for _ in range(2))
    with pytest.raises(key_files.Invalid):
        key_files.recovery_key([first[0], other[1]])
    with pytest.raises(key_files.Invalid):
        key_files.recovery_key([first[0], first[0]])
    assert key_id(point(key_files.recovery_key(first[1:]).public_key())) == first[0].of
