"""Whatever is sent to whatever form without script: a page that tells clearly, or a stored report; never a 5xx."""

import re
from html.parser import HTMLParser
from itertools import product
from urllib.parse import quote_from_bytes

import pytest

from app.core.ids import new_id
from app.incidents.reporter.yes_no_link import way
from app.public.pages import form_fields
from app.reports.models import Report
from tests.support import hostile_input, pictures

URLENCODED = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=siaga112"
FIELDS = {
    "/lapor": {
        "key": new_id(),
        "locale": "id",
        "kind": "fire",
        "kelurahan": "64.74.01.1006",
        "q": "pasar",
        "found": "0.13,117.49,Pasar",
        "landmark": "Depan pasar",
        "answer.people_trapped": "yes",
        "description": "Api",
        "phone": "+6281234567890",
        "may_call": "yes",
        "do": "send",
    },
    "/laporan/{report}": {"signal": "", "key": new_id(), "text": "Api besar"},
    "/laporan/{report}/foto": {},
    "/j/{report}/{mark}": {"ask": new_id(), "answer": "yes"},
    "/bagikan": {"title": "Foto", "text": "Api", "url": "https://siaga.example"},
}
"""THE TABLE of what the forms take: address → fields that would do. Photos are beside them, as `photo`."""
PLACES = (
    "91,0,a",
    "nan,nan,a",
    "inf,-inf,a",
    "1e309,0,a",
    "0,181,a",
    "²,²,²",
    ",,",
    "0.13",
    "\u0661,\u0662,a",
)
"""Points that are none."""
PAGES = (
    "/lapor?kind={}",
    "/lapor?lang={}",
    "/laporan?lang={}",
    "/laporan/{report}?foto={}",
    "/laporan/{}",
    "/nomor?lang={}",
    "/pasang?x={}",
    "/?lang={}",
)
"""What is read, with a hole for words."""
HEAD = b'--siaga112\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n'
FILE = b'; filename="%b"\r\nContent-Type: %b'
END = b"--siaga112--\r\n"
BROKEN = (
    *(b"", END, b"--siaga112", b"\r\n--siaga112\r\n", b"--siaga112\r\n\r\n\r\n" + END),
    b"--siaga112\r\nContent-Disposition: form-data\r\n\r\nfire\r\n" + END,
    b"--siaga112\r\nContent-Disposition: \xff; name=\x00\r\n\r\nfire\r\n" + END,
    b"--siaga112\r\n" + b"X-Header: y\r\n" * 9_000 + b"\r\nfire\r\n" + END,
    b"--siaga112\r\nContent-Type: text/plain; charset=no-such-set\r\n"
    b"Content-Disposition: form-data; name=kind\r\n\r\nfire\r\n" + END,
    b"--siaga112\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=kind\r\n\r\nZmlyZQ==\r\n"
    + END,
    HEAD % (b"kind", b"") + b"fire",
    HEAD % (b"kind", b"") + b"fire\r\n--siaga113--\r\n",
    (HEAD % (b"kind", b"") + b"fire\r\n") * 80 + END,
    HEAD % (b"kind", b"") + b"fire\r\n" + HEAD % (b"kind", b"") + b"\x00\r\n" + END,
    HEAD % (b"kind", b"; filename*=UTF-8''%zz%00") + b"fire\r\n" + END,
    HEAD % (b"k" * 70_000, b"") + b"fire\r\n" + END,
)
"""Forms with files that are none, or end in the middle."""


class Forms(HTMLParser):
    """Where the forms of a page go, and the names of what they send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found, self.here = {}, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form" and given.get("method") == "post":
            self.here = self.found.setdefault(given["action"], set())
        elif given.get("name") and self.here is not None and tag != "meta":
            self.here.add(given["name"])

    def handle_endtag(self, tag):
        self.here = None if tag == "form" else self.here


def parts(fields, *files):
    """Return a form with files as a browser sends it."""
    body = b""
    for name, value in fields.items():
        body += HEAD % (name.encode(), b"") + value.encode("utf-8", "surrogatepass") + b"\r\n"
    for name, kind, content in files:
        body += HEAD % (b"photo", FILE % (name, kind)) + content + b"\r\n"
    return body + END


class Street:
    """Somebody without script, with one report; everything that is answered is looked at."""

    def __init__(self, app):
        self.app, self.client, self.faults, self.requests = app, app.test_client(), [], 0
        self.kept = {}
        self.report = self.post("/lapor", {"kind": "fire"}).location.rpartition("/")[2]
        self.hold(self.report)
        self.mark = way(app.secrets, self.report).rpartition("/")[2]

    def hold(self, report):
        """Keep a report's cookie in this browser."""
        self.client.set_cookie(f"siaga_track_{report}", self.kept[report])

    def post(self, path, fields, kind=URLENCODED, **headers):
        """Send a form (or, given bytes, a body) and hold the answer against what is promised."""
        body = hostile_input.form(fields) if isinstance(fields, dict) else fields
        for name in ("report", "mark"):
            path = path.replace(f"{{{name}}}", getattr(self, name, ""))
        return self.look("POST", path, body, kind, **headers)

    def get(self, path):
        return self.look("GET", path, None, None)

    def look(self, method, path, body, kind, **headers):
        self.requests += 1
        answer = self.client.open(
            path, method=method, data=body, content_type=kind, headers={"Accept": "text/html", **headers}
        )
        text = answer.get_data(as_text=True)
        received = answer.mimetype == "text/html" and "tel:112" in text and "<h1" in text
        if not (answer.status_code == 303 or (answer.status_code < 500 and received)) or "<script>{{" in text:
            self.faults.append(
                f"{method} {path[:80]} {kind} {(body or b'')[:120]!r}: {answer.status_code} {text[:80]}"
            )
        if path == "/lapor" and answer.status_code == 303:
            report = re.split(r"[?#]", answer.location)[0].rpartition("/")[2]
            self.kept[report] = self.client.get_cookie(f"siaga_track_{report}", path="/laporan").value
            self.client.delete_cookie(f"siaga_track_{report}", path="/laporan")
        return answer


@pytest.fixture
def street(app, monkeypatch):
    monkeypatch.setattr(app, "request_class", hostile_input.Watching)
    return Street(app)


@pytest.mark.engine("sqlite")
def test_every_field_of_every_form_stands_in_the_table(app, street, monkeypatch):
    shown, read = {}, set()
    get = form_fields.Filled.get
    monkeypatch.setattr(form_fields.Filled, "get", lambda self, name: read.add(name) or get(self, name))
    with_places = street.post("/lapor", {"kind": "fire", "do": "search", "q": "pasar"})
    for page in (with_places, street.get("/lapor?kind=fire"), street.get(f"/laporan/{street.report}")):
        for place, names in Forms(page.text).found.items():
            shown.setdefault(place.replace(street.report, "{report}"), set()).update(names)
    street.post("/laporan/{report}", {"text": "Api"})
    table = {place: set(fields) | {"photo"} for place, fields in FIELDS.items()}
    assert shown.keys() <= table.keys()
    for place, names in shown.items():
        lacking = {"answer." if name.startswith("answer.") else name for name in names - table[place]}
        assert lacking <= {"answer."}, f"{place}: say in FIELDS what {lacking} takes"
    assert read <= set().union(*table.values()) | {name for name in read if name.startswith("answer.")}
    posted = {
        rule.rule.replace("<uuid:report_id>", "{report}").replace("<mark>", "{mark}")
        for rule in app.url_map.iter_rules()
        if "POST" in rule.methods and not rule.rule.startswith(("/api/", "/console"))
    }
    assert posted == FIELDS.keys(), "add it to FIELDS"


def send_fields(street, words):
    """Every field of every form with every word, as both kinds of form; then all fields at once, and doubled."""
    for place, fields in FIELDS.items():
        for name, word in product(fields, (*words, *(PLACES if "found" in fields else ()))):
            changed = fields | {"key": new_id()} | {name: word} if "key" in fields else fields | {name: word}
            street.post(place, changed)
            street.post(place, parts(changed), PARTS)
        for word in words:
            name = word[:200].encode("utf-8", "replace").decode()
            street.post(place, {name: [word, word] for name in fields} | {name: "x"})
            street.post(place, {f"answer.{name}": word, "kind": "fire", "key": new_id()})


def send_files(street, words):
    """Photos with every word as name, type and content, beside a report and to one that is there."""
    for place in FIELDS:
        for word in (word.encode("utf-8", "surrogatepass") for word in words):
            name = word.replace(b"\r", b"").replace(b"\n", b"").replace(b'"', b"")[:3000]
            files = ((name, b"image/jpeg", pictures.jpeg()[:300]), (b"a.jpg", name, word))
            street.post(place, parts({"kind": "fire", "key": new_id()}, *files), PARTS)
        for body, kind in product((*BROKEN, *hostile_input.BODIES), (PARTS, URLENCODED)):
            street.post(place, body, kind)
        for kind in (
            *hostile_input.TYPES,
            'multipart/form-data; boundary="siaga112',
            "multipart/form-data; boundary=²",
        ):
            for body in (
                hostile_input.form({"kind": "fire", "text": "a"}),
                parts({"kind": "fire", "text": "a"}),
            ):
                street.post(place, body, kind)
        street.post(place, {f"field{n}": "x" for n in range(1000)})
        street.post(place, parts({f"field{n}": "x" for n in range(1000)}), PARTS)


def read_pages(street, words):
    """Every page with every word where words may stand, and with cookies that are none."""
    for page, word in product(PAGES, words):
        hole = quote_from_bytes(word.encode("utf-8", "surrogatepass"), safe="")[:6000]
        street.get(page.replace("{report}", street.report).replace("{}", hole))
    for word in hostile_input.ADDRESSES:
        street.get(f"/laporan/{word}")
        street.post(f"/laporan/{word}", {"text": "a"})
        street.post(f"/laporan/{word}/foto", parts({}), PARTS)
        street.client.set_cookie(f"siaga_track_{word[:40]}", word)
        street.client.set_cookie("lang", word)
        street.get("/laporan")
        street.client.delete_cookie("lang")


def test_no_word_in_any_form_without_script_breaks_it(street, database, long):
    """Every word with --all, those that break most without."""
    words = (
        (hostile_input.WORDS if long else hostile_input.CORE) if database.is_sqlite else hostile_input.STRICT
    )
    send_fields(street, words)
    if database.is_sqlite:
        send_files(street, words)
        read_pages(street, words)
    street.get("/laporan")
    assert not street.faults, "\n".join(street.faults[:40])
    assert street.requests > ((1500 if long else 500) if database.is_sqlite else 150)
    with database.read() as session:
        assert {item.id for item in session.query(Report)} == street.kept.keys()
    for item in [*sorted(street.kept)[-50:], street.report]:
        street.hold(item)
        assert street.get(f"/laporan/{item}").status_code == 200, (
            "what was stored is shown to whoever sent it"
        )
    assert not street.faults


@pytest.mark.engine("sqlite")
def test_a_report_is_stored_whatever_stands_in_its_other_fields(street):
    """Only its kind is needed: nothing else that is written can cost a report, unless it is longer than any may be."""
    words = [word for word in (*hostile_input.WORDS, *PLACES) if len(word) < 9_000]
    for name, word in product(FIELDS["/lapor"].keys() - {"kind", "do"}, words):
        received = FIELDS["/lapor"] | {"key": new_id()} | {name: word}
        for body, kind in ((received, URLENCODED), (parts(received), PARTS)):
            assert street.post("/lapor", body, kind).status_code == 303, (name, word, kind)
    assert not street.faults
