"""Nobody in danger is called, written to or pushed outside what she allowed."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from app.silent.dispatch_summary import Contact, DispatchSummary, Position
from app.silent.safe_contact import CHANNELS, may_contact

SCHEDULES = 10_000
DAY = datetime(2026, 11, 24, tzinfo=UTC)


def allowed_by_hand(contact, channel, minute_of_day, knows):
    """Walk her window minute by minute on the wall clock of Bontang: written apart from the gate."""
    start, end = contact.from_hour * 60, contact.until_hour * 60
    inside, at = set(), start
    while (at != end and start != end % 1440) or (at < end and start < end):
        inside.add(at % 1440)
        at += 1
        if at % 1440 == end % 1440:
            break
    return (
        contact.channel == channel
        and channel != "none"
        and minute_of_day in inside
        and (knows or not contact.code_word)
    )


def test_10_000_schedules_give_no_contact_outside_them():
    dice, outside, inside, shut_wrongly = random.Random(112), 0, 0, 0
    for _ in range(SCHEDULES):
        contact = Contact(
            channel=dice.choice(("none", *CHANNELS)),
            from_hour=dice.randrange(24),
            until_hour=dice.randrange(1, 25),
            code_word=dice.random() < 0.5,
        )
        channel, knows = dice.choice(CHANNELS), dice.random() < 0.5
        minute = dice.randrange(1440)
        moment = DAY - timedelta(hours=8) + timedelta(minutes=minute, days=dice.randrange(365))
        goes_out = may_contact(contact, channel, moment, code_word_known=knows).allowed
        may = allowed_by_hand(contact, channel, minute, knows)
        outside += goes_out and not may
        inside += goes_out and may
        shut_wrongly += may and not goes_out
    assert (outside, shut_wrongly) == (0, 0)
    assert inside > 100, "a gate that is always shut proves nothing"


@pytest.mark.parametrize("channel", [*CHANNELS, "none", "fax", ""])
def test_who_said_nothing_is_never_reached(channel):
    for hour in range(24):
        moment = DAY + timedelta(hours=hour)
        assert not may_contact(Contact(), channel, moment, code_word_known=True).allowed


def test_a_window_past_midnight_and_an_empty_one():
    night = Contact(channel="call", from_hour=22, until_hour=4)
    empty = Contact(channel="call", from_hour=10, until_hour=10)
    heard = [
        hour
        for hour in range(24)
        if may_contact(night, "call", DAY + timedelta(hours=hour - 8), code_word_known=False).allowed
    ]
    assert heard == [0, 1, 2, 3, 22, 23]
    for hour in range(24):
        assert not may_contact(empty, "call", DAY + timedelta(hours=hour), code_word_known=True).allowed


def test_the_longest_block_that_can_be_sent_is_at_most_512_bytes():
    longest = 0
    dice = random.Random(16)
    for _ in range(2_000):
        lat, lon = -dice.uniform(1e-5, 9e-5), -dice.uniform(100, 180)
        position = Position(lat=lat, lon=lon, accuracy_m=dice.random() * 1e6, age_s=dice.random() * 1e7)
        requests = ("weapon", "threat_to_kill", "fears_death", "happening_now", "injured", "children")
        block = DispatchSummary(
            position=position,
            kelurahan="64.74.01.1006",
            **dict.fromkeys((*requests, "can_talk", "suspect_near"), "yes"),
            no_siren=True,
            plain_clothes=True,
            contact=Contact(channel="whatsapp", from_hour=23, until_hour=23, code_word=True),
        )
        longest = max(longest, len(block.to_bytes()))
    print(f"longest block: {longest} bytes")
    assert longest <= 512
