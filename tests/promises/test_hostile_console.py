"""Whatever is sent to whatever form of the console: a page or a problem that says so, or a stored result.

Never a 5xx.
"""

from urllib.parse import quote

import pytest

from app.accounts import sessions
from app.accounts.known_browsers import ClientFingerprint
from app.core.ids import new_id
from app.incidents.actor import Actor
from app.incidents.control_room import handover
from tests.support import hostile_input
from tests.support.console_forms import DOORS, UNKNOWN
from tests.support.staff import Browser

USUAL = {"csrf", "next"}
"""Fields that every view may read: the token, and where to go on after signing in, tried where it is used."""
FORM = "application/x-www-form-urlencoded"


class House:
    """The console with somebody of every kind in it, and things of every kind to press."""

    def __init__(self, app, client, desk, hire, inside, *, long):
        self.app, self.hire, self.inside, self.desk = app, hire, inside, desk
        self.people, self.faults, self.requests = {}, [], 0
        self.some = (lambda values, count: values) if long else hostile_input.Turns
        """Every value for every field with --all, some for each by turns without."""
        self.strict = not desk.database.is_sqlite
        self.words = hostile_input.STRICT if self.strict else self.some(hostile_input.CORE, 2)
        self.more, self.types = self.some(hostile_input.MORE, 3), self.some(hostile_input.TYPES, 2)
        self.values = self.some((*hostile_input.CORE, *hostile_input.VALUES), 6)
        self.addresses = self.some(hostile_input.ADDRESSES, 2)
        hire("korban")
        incident = desk.forwarded("fire", "damkar", "polres")
        with desk.database.write() as session:
            given = handover.give_handover(
                session, Actor(hire("pergi"), "pergi", "operator"), note="", promises={}
            )
        self.things = {
            "incident": incident,
            "task": desk.assignments(incident)["damkar"].id,
            "report": desk.report_of(incident),
            "case": client.post("/api/v1/reports", json={"kind": "violence_home"}).json["id"],
            "handover": given.id,
        }
        self.who("counsellor").post(f"/console/pendamping/kasus/{self.things['case']}/ambil")

    def who(self, kind):
        """Return somebody's browser, signed in anew when it was signed out."""
        if kind not in self.people:
            self.people[kind] = self._enter(kind)
        return self.people[kind]

    def _enter(self, kind):
        if kind == "stranger":
            first = Browser(self.app)
            first.get("/console/masuk")
        elif kind == "half":
            first = Browser(self.app)
            with self.desk.database.write() as session:
                fingerprint = ClientFingerprint(address_hash="", browser="firefox-linux")
                token = sessions.start(session, self.hire(f"half-{new_id()[-6:]}"), fingerprint=fingerprint)
            first.client.set_cookie("siaga", token)
            first.get("/console/pasang-kode")
        else:
            role, agency = {"counsellor": ("agency", "uptdppa"), "agency": ("agency", "damkar")}.get(
                kind, (kind, None)
            )
            first = self.inside(role, agency, cleared=kind in {"operator", "supervisor", "counsellor"})
        return first

    def fill(self, tree):
        """Return a path or body with the things that exist in it."""
        if isinstance(tree, dict):
            return {self.fill(name): self.fill(value) for name, value in tree.items()}
        if tree == "{version}":
            return str(self.desk.incident(self.things["incident"]).version)
        return tree.format_map(self.things) if isinstance(tree, str) else tree

    def post(self, who, path, body, kind):
        headers = {} if self.requests % 4 == 0 else {"Accept": "application/json"}
        answer = self.who(who).post(path, body, content_type=kind, headers=headers)
        self.requests += 1
        if answer.status_code >= 500 or (answer.status_code >= 400 and not self._explains(answer)):
            self.faults.append(f"{path} {kind} {body[:120]!r}: {answer.status_code} {answer.content_type}")
        if (answer.location or "").startswith("/console/masuk"):
            self.people.pop(who, None)
        return answer

    def _explains(self, answer):
        return answer.mimetype in {"text/html", "application/problem+json"}


@pytest.fixture
def house(app, client, desk, hire, inside, monkeypatch, long):
    monkeypatch.setattr(app, "request_class", hostile_input.Watching)
    return House(app, client, desk, hire, inside, long=long)


def try_form(house, door, *, again):
    """Send every field that the view reads with the words that break most; once an address, all words and no forms."""
    path, body = house.fill(f"/console{door.path}"), house.fill(door.body)
    hostile_input.READ.pop(path, None)
    house.post(door.who, path, hostile_input.form(body), FORM)
    tried = set()
    while fields := hostile_input.READ[path] - tried - (USUAL - body.keys()):
        for name in sorted(fields):
            for word in house.words:
                house.post(door.who, path, hostile_input.form(house.fill(door.body) | {name: word}), FORM)
        tried |= fields
    if again or house.strict:
        return
    for word in house.more if tried else ():
        house.post(door.who, path, hostile_input.form({name: [word, word] for name in tried}), FORM)
    for kind in house.types:
        house.post(door.who, path, hostile_input.form(body), kind)
    house.post(door.who, path, b"%zz=%&&&==&\xff\xfe=\x00", FORM)


def try_json(house, door):
    """Send every member that the view reads with every word and value, then bodies that are no JSON."""
    path, body = house.fill(f"/console{door.path}"), house.fill(door.body)
    hostile_input.READ.pop(path, None)
    house.post(door.who, path, b"{}", "application/json")
    for content in hostile_input.naughty_json(
        dict.fromkeys(hostile_input.READ[path] - USUAL, "x") | body, house.values
    ):
        house.post(door.who, path, content, "application/json")
    assert hostile_input.READ[path] - USUAL <= body.keys(), (
        f"{path}: say in the table what {hostile_input.READ[path]} would be"
    )
    house.post(door.who, path, b'{"a": 1}', "text/plain; charset=no-such-set")


@pytest.mark.timeout(900)
def test_no_word_in_any_field_of_any_form_breaks_the_console(house):
    seen = set()
    for door in DOORS:
        if door.json:
            try_json(house, door)
        else:
            try_form(house, door, again=door.endpoint in seen)
        seen.add(door.endpoint)
    assert not house.faults, "\n".join(house.faults)
    assert house.requests > 500
    broken = []
    for rule in house.app.url_map.iter_rules():
        if (
            rule.endpoint.startswith("console.")
            and "GET" in rule.methods
            and rule.endpoint != "console.asset"
        ):
            ids = {name: house.things.get(name.removesuffix("_id"), UNKNOWN) for name in rule.arguments}
            ids |= {"index": 0} if "index" in ids else {}
            ids |= {"assignment_id": house.things["task"]} if "assignment_id" in ids else {}
            path = rule.build(ids)[1]
            for kind in ("operator", "agency", "supervisor", "administrator", "counsellor"):
                answer = house.who(kind).get(path)
                if answer.status_code >= 500:
                    broken.append(f"{kind} {path}: {answer.status_code}")
    assert not broken, "what was stored must be shown"


@pytest.mark.engine("sqlite")
def test_no_word_in_any_address_breaks_the_console(house):
    for rule in house.app.url_map.iter_rules():
        if not rule.rule.startswith("/console") or not rule.arguments:
            continue
        for name in rule.arguments:
            for word in house.addresses:
                filled = dict.fromkeys(rule.arguments, "1") | {name: "WORD"}
                path = rule.rule
                for argument, value in filled.items():
                    path = path.replace(f"<int:{argument}>", value).replace(f"<path:{argument}>", value)
                    path = path.replace(f"<{argument}>", value)
                path = quote(path, safe="/").replace("WORD", word)
                for kind in ("supervisor", "counsellor"):
                    for method in rule.methods & {"GET", "POST"}:
                        send = house.who(kind).post if method == "POST" else house.who(kind).get
                        answer = send(path)
                        if answer.status_code >= 500:
                            house.faults.append(f"{kind} {method} {path}: {answer.status_code}")
                        if (answer.location or "").startswith("/console/masuk"):
                            house.people.pop(kind, None)
    assert not house.faults, "\n".join(house.faults)
