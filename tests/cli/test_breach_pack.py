"""After a breach: who must be told is known within the hour, and nobody is told in a way that endangers her."""

import csv
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import now
from app.silent import breach_notice
from app.silent.case_log import first_broken_entry, log_of_case
from app.silent.dispatch_summary import Contact, DispatchSummary
from app.silent.encrypted_fields import encrypt_summary, load_master_key
from app.silent.safe_contact import may_contact
from tests.support.ppa import lay_cases

CONTACTS = [
    Contact(),
    Contact(channel="call"),
    Contact(channel="sms", from_hour=8, until_hour=11),
    Contact(channel="whatsapp", from_hour=22, until_hour=2, code_word=True),
    Contact(channel="push", from_hour=5, until_hour=5),
]


@pytest.fixture
def held(office, secrets):
    """One case for each of CONTACTS, and one whose block is damaged."""
    office.hire("sari")
    office.publish()
    outer = load_master_key(secrets)
    made = [
        lay_cases(
            office,
            1,
            locked=lambda case_id, rules=rules: encrypt_summary(
                outer, case_id, 1, DispatchSummary(contact=rules)
            ),
        )[0]
        for rules in CONTACTS
    ]
    return made + lay_cases(
        office, 1, locked=lambda _case: encrypt_summary(outer, "another", 1, DispatchSummary())
    )


def rows(file):
    return list(csv.DictReader(file.open(newline="")))


def test_nobody_is_on_a_list_of_messages_whose_rules_forbid_it(siaga_command, office, held, client, tmp_path):
    phone = {"kind": "fire", "contact": {"phone": "081234567890", "may_call": True}}
    assert client.post("/api/v1/reports", json=phone).status_code == 201
    folder = tmp_path / "pack"
    planned = siaga_command("breach-pack", "--since", "2026-01-01", "--out", folder, "--dry-run")
    assert "1 reports; 6 silent cases, 4 of them not to be told by message" in planned.stdout
    assert not folder.exists()
    done = siaga_command("breach-pack", "--since", "2026-01-01", "--out", folder)
    assert (done.returncode, done.stderr) == (0, "")
    by_message = {
        row["case"]: (row["channel"], row["hours_wita"]) for row in rows(folder / "cases-by-counsellor.csv")
    }
    assert by_message == {held[2]: ("sms", "08-11"), held[3]: ("whatsapp", "22-02")}
    never = rows(folder / "cases-not-by-message.csv")
    assert {row["case"] for row in never} == {held[0], held[1], held[4], held[5]}
    assert {row["channel"] for row in never} == {"none"}
    assert rows(folder / "reports.csv")[0]["phone"] == "+6281234567890"
    assert "UU 27/2022" in (folder / "authority-id.txt").read_text()
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert "081234567890" not in done.stdout
    with office.database.read() as session:
        assert [link.name for link in log_of_case(session, held[0])] == ["viewed"], (
            "she sees that it was read"
        )
        assert first_broken_entry(session) is None


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--since", "kemarin"], "--since: kemarin is no day"),
        (["--since", "2026-01-02", "--until", "2026-01-01"], "--since is not before --until"),
    ],
)
def test_faults_are_sentences(siaga_command, office, tmp_path, words, shown):
    done = siaga_command("breach-pack", *words, "--out", tmp_path / "pack")
    assert done.returncode == 1
    assert shown in done.stderr
    assert "Traceback" not in done.stderr


@given(
    st.builds(
        Contact,
        channel=st.sampled_from(["none", "call", "sms", "whatsapp", "push"]),
        from_hour=st.integers(0, 23),
        until_hour=st.integers(1, 24),
        code_word=st.booleans(),
    )
)
def test_the_way_is_one_that_the_gate_opens(contact):
    channel, hours = breach_notice.safe_channel(contact)
    assert bool(channel) is bool(hours)
    if channel:
        assert contact.channel == channel
        moments = [now().replace(hour=hour) for hour in range(24)]
        assert any(may_contact(contact, channel, at, code_word_known=True).allowed for at in moments)


@pytest.mark.engine("sqlite")
def test_a_thousand_cases_are_sorted_in_a_moment(office, secrets):
    """The law gives three days, we one hour; figure in docs/silent-channel.md."""
    office.hire("sari")
    office.publish()
    outer = load_master_key(secrets)
    lay_cases(office, 1000, locked=lambda case_id: encrypt_summary(outer, case_id, 1, DispatchSummary()))
    began = time.monotonic()
    with office.database.read() as session:
        cases = list(breach_notice.affected_cases(session, outer, now()))
    with office.database.write() as session:
        breach_notice.log_notice_pack(session, cases)
    took_s = time.monotonic() - began
    assert len(cases) == 1000
    assert took_s < 60
    print(f"1,000 cases sorted in {took_s:.2f} s")
