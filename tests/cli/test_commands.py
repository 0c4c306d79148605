"""The commands that look after an installation, run as a person runs them."""

import contextlib
from pathlib import Path

import pytest

from app.cli.__main__ import main
from app.cli.help import COMMANDS
from app.run.prepare import own_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def siaga(siaga_command):
    """Run one command on the test's installation; return the finished process."""
    return siaga_command


@pytest.mark.engine("sqlite")
def test_the_page_names_every_command(siaga, capfd):
    page = siaga("--help")
    assert page.returncode == 0
    for name in COMMANDS.keys() - {"seed"}:
        assert f"./siaga {name}" in page.stdout
        with contextlib.suppress(SystemExit):  # argparse leaves so, with 0 after its page and 2 after a fault
            assert main([name, "--help"]) == 0
        shown = capfd.readouterr()
        assert (shown.out.startswith("usage: ./siaga "), shown.err) == (True, "")
    assert max(map(len, page.stdout.splitlines())) <= 110
    assert siaga().stdout == page.stdout


@pytest.mark.engine("sqlite")
def test_an_unknown_command_is_told_where_the_page_is(siaga):
    done = siaga("strat")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "siaga: there is no command 'strat'; see ./siaga --help\n"


def test_staff_are_added_changed_and_shut_out(siaga):
    done = siaga("staff", "add", "damkar7", "--role", "agency", "--agency", "damkar", "--password-stdin",
                 stdin="tiga-ikan-biru-jauh\n")  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "damkar7" in siaga("staff", "list").stdout
    made = siaga("staff", "password", "damkar7")
    assert made.returncode == 0
    assert made.stdout.startswith("damkar7: ")
    assert siaga("staff", "disable", "damkar7").returncode == 0
    assert "shut out" in siaga("staff", "list").stdout
    assert siaga("staff", "enable", "damkar7").returncode == 0
    assert siaga("staff", "reset-totp", "damkar7").returncode == 0
    assert "shut out" not in siaga("staff", "list").stdout


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("words", "stdin", "words_shown"),
    [
        (["add", "X", "--role", "operator", "--password-stdin"], "long enough words\n", "a name has 2 to 40"),
        (["add", "x1", "--role", "agency", "--password-stdin"], "long enough words\n", "needs --agency CODE"),
        (["add", "x1", "--role", "operator", "--password-stdin"], "short\n", "the password needs 10 signs"),
        (["add", "x1", "--role", "agency", "--agency", "nasa"], "", "no agency with this code"),
        (["password", "nobody"], "", "nobody has this name"),
    ],
)
def test_faults_are_sentences(siaga, words, stdin, words_shown):
    done = siaga("staff", *words, stdin=stdin)
    assert done.returncode == 1
    assert words_shown in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.engine("sqlite")
def test_a_command_before_the_first_start_says_what_to_do(siaga, tmp_path):
    done = siaga("staff", "list", SIAGA_DATA=str(tmp_path / "empty"))
    assert done.returncode == 1
    assert "./siaga run or ./siaga migrate makes it" in done.stderr
    assert not (tmp_path / "empty").exists()


@pytest.mark.engine("sqlite")
def test_migrate_makes_an_installation_without_starting_it(siaga, tmp_path):
    folder = str(tmp_path / "fresh")
    first = siaga("migrate", SIAGA_DATA=folder)
    assert first.returncode == 0, first.stderr
    assert "operator1" in first.stdout
    assert "operator1" in siaga("staff", "list", SIAGA_DATA=folder).stdout
    again = siaga("migrate", SIAGA_DATA=folder)
    assert again.returncode == 0
    assert "operator1" not in again.stdout


def test_a_folder_that_is_not_ours_keeps_its_mode(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "somebody's").write_text("words")
    shared.chmod(0o755)
    with own_folder(shared):
        assert shared.stat().st_mode & 0o777 == 0o755
    with own_folder(tmp_path / "new"):
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
