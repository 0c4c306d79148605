"""A ticket opens the stream for a minute, for one sign-in, and cannot be made or changed by anybody else."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.clock import now
from app.core.secrets import Secrets
from app.core.stream_ticket import ROOM, Ticket, agency_scope, check_ticket, make_ticket

SECRETS = Secrets(app=b"k" * 32, vapid_file=Path("vapid.pem"), outer_file=Path("outer.key"))
TICKET = Ticket("staff-1", "session-1", agency_scope("damkar"))


def test_it_says_who_and_what_they_see():
    assert check_ticket(SECRETS, make_ticket(SECRETS, TICKET)) == TICKET


def test_it_is_good_for_a_minute():
    made = now()
    text = make_ticket(SECRETS, TICKET, at=made)
    assert check_ticket(SECRETS, text, at=made + timedelta(seconds=59))
    assert check_ticket(SECRETS, text, at=made + timedelta(seconds=62)) is None


@pytest.mark.parametrize("part", range(5))
def test_no_part_can_be_changed(part):
    parts = make_ticket(SECRETS, TICKET).split("~")
    parts[part] = ROOM if part == 2 else str(int(parts[part]) + 600) if part == 3 else "x"
    assert check_ticket(SECRETS, "~".join(parts)) is None


def test_another_installation_s_ticket_opens_nothing():
    other = Secrets(app=b"x" * 32, vapid_file=Path("vapid.pem"), outer_file=Path("outer.key"))
    assert check_ticket(other, make_ticket(SECRETS, TICKET)) is None


@given(st.text(max_size=200))
def test_nonsense_opens_nothing(text):
    assert check_ticket(SECRETS, text) is None
