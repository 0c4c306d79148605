"""Worker and stream may be killed at any moment: no event without its push, no console that misses a number."""

import random
import threading
import time
from collections import Counter, defaultdict

from tests.support.pushes import pushes, settings, town
from tests.support.streams import Room, room
from tests.support.workers import worker

__all__ = ["pushes", "room", "settings", "town", "worker"]

LEASE_AND_MORE_S = 60


class Listener(threading.Thread):
    """A console that comes back as browsers do: where it was, again and again."""

    def __init__(self, room: Room):
        super().__init__(daemon=True)
        self.room, self.numbers, self.done = room, [], False
        self.ticket = room.ticket()

    def run(self):
        while not self.done:
            try:
                console = self.room.listen(self.numbers[-1] if self.numbers else 0, ticket=self.ticket)
                while True:
                    message = console.next()
                    if message.number is not None:
                        self.numbers.append(message.number)
            except (OSError, EOFError):
                time.sleep(0.05)


def test_killed_at_twenty_points_they_lose_nothing(town, room, worker, long):
    """20 kills and 40 phones with --all, 4 and 12 without: there the pushes that dead workers held are due at once."""
    kills, count = (20, 40) if long else (4, 12)
    operator = town.staff()
    # a kind with patience: nobody is called while this takes its time
    phones = [town.phone(kind="tree_down") for _ in range(count)]
    listeners = [Listener(room) for _ in range(3)]
    for listener in listeners:
        listener.start()
    acting = threading.Thread(target=_act, args=(town, phones, operator), daemon=True)
    acting.start()
    for _ in range(kills):
        time.sleep(random.uniform(0.05, 0.7))
        worker.kill()
        room.kill()
        worker.start()
        room.start()
    acting.join()
    if not long:
        worker.kill()
        town.make_due()
        worker.start()
    _wait(lambda: "waiting" not in town.states(), LEASE_AND_MORE_S)
    _every_step_was_pushed(town, phones)
    head = room.head()
    _wait(lambda: all(listener.numbers and listener.numbers[-1] == head for listener in listeners), 20)
    for listener in listeners:
        listener.done = True
        assert listener.numbers == list(range(1, head + 1))


def _act(town, phones, operator):
    """Two steps for each report, at random moments."""
    for move in (town.open, town.forward):
        for phone in random.sample(phones, len(phones)):
            move(phone, operator)
            time.sleep(random.uniform(0, 0.25))


def _every_step_was_pushed(town, phones):
    rows = town.outbox()
    assert Counter(row.wording for row in rows) == {"opened": len(phones), "forwarded": len(phones)}
    taken = Counter(push.message["notification"]["data"]["receipt"] for push in town.pushes.taken)
    tags = defaultdict(set)
    for push in town.pushes.taken:
        tags[push.token].add(push.message["notification"]["tag"])
    assert all(len(found) == 1 for found in tags.values()), "one tag a report: a repeated push shows once"
    assert {row.state for row in rows} <= {"sent", "superseded"}
    assert all(taken[row.receipt] >= 1 for row in rows if row.state == "sent")
    superseded = [row for row in rows if row.state == "superseded"]
    assert all(row.wording == "opened" for row in superseded), "only by newer news of the same report"
    last = {push.token: push.message["notification"]["body"] for push in town.pushes.taken}
    assert set(last.values()) == {"Diteruskan ke Damkar."}
    assert len(last) == len(phones)


def _wait(true, seconds):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)
