"""The counsellor's room: hers alone, calm to read, and every look and unsealing is one link."""

import json
import re

from app.console.shared.route import ROUTES
from app.core.ids import new_id
from app.silent.case_log import first_broken_entry
from tests.support.counsellors import BLOCK, STORY

MISSING = "00000000-0000-7000-8000-000000000000"
NOWHERE = "/console/tidak-ada"


def bare(answer):
    """Return what differs from answer to answer of any page: the token, what time it is and when the session ends."""
    return re.sub(r'content="[0-9a-f]{64}"|<meta name="(session-ends|now)"[^>]*>', "", answer.text)


def nameless(first, path, *, post=False):
    """Return a person's answer at an address, with the address out of it."""
    answer = (first.post if post else first.get)(path)
    return answer.status_code, bare(answer).replace(path, "PATH")


def path_of(rule):
    return re.sub(r"<int:\w+>", "0", re.sub(r"<\w+>", MISSING, rule.rule))


def test_nobody_else_is_told_that_there_is_a_room(app, inside, in_room, counsel):
    """Every route of the room, for every other role, cleared police and a counsellor who is not cleared: one 404.

    It is the one that the same person gets where nothing is at all.
    """
    wati = in_room()
    case_id = counsel.case()
    people = [inside(role) for role in ("operator", "supervisor", "auditor", "administrator")]
    people += [
        inside("agency", "damkar"),
        inside("agency", "polres"),
        inside("agency", "uptdppa", name="baru"),
    ]
    for person in people[:-1]:
        counsel.clear(person.staff_id)
    nothing = [nameless(person, NOWHERE) for person in people]
    assert {status for status, _ in nothing} == {404}
    assert nameless(wati, f"/console/pendamping/kasus/{MISSING}") == nameless(wati, NOWHERE)
    assert wati.get(f"/console/pendamping/kasus/{case_id}").status_code == 200
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/console/pendamping")]
    assert len(rules) >= 12
    requests = 0
    for rule in rules:
        assert ROUTES[rule.endpoint].hidden
        for path in (path_of(rule), path_of(rule).replace(MISSING, case_id)):
            for method in rule.methods - {"OPTIONS", "HEAD"}:
                for item, wrong in zip(people, nothing, strict=True):
                    assert nameless(item, path, post=method != "GET") == wrong, (method, path)
                    requests += 1
    print(f"\nS10: {requests} requests of {len(people)} people to {len(rules)} routes: one 404")
    assert counsel.links(case_id).count("viewed") == 1


def test_the_list_tells_nothing_of_the_cases(in_room, counsel):
    wati = in_room()
    case_id = counsel.case()
    page = wati.get("/console/pendamping").text
    assert f"/console/pendamping/kasus/{case_id}" in page
    assert "Belum ada pendamping" in page
    assert not re.search(r"(?<!\d)0\.1331", page), "her place; seconds may end so"
    for word in ("117.49", "Senjata", *STORY.values()):
        assert word not in page
    assert "viewed" not in counsel.links(case_id)


def test_a_view_is_one_link_and_shows_the_block(in_room, counsel, database):
    wati = in_room()
    case_id = counsel.case()
    page = wati.get(f"/console/pendamping/kasus/{case_id}").text
    assert "0.13310, 117.49020" in page
    assert "Api-Api" in page
    assert "Pintu belakang" not in page
    assert counsel.links(case_id, "viewed") == [{"viewer": "counsellor"}]
    wati.get(f"/console/pendamping/kasus/{case_id}")
    assert len(counsel.links(case_id, "viewed")) == 2
    with database.read() as session:
        assert first_broken_entry(session) is None


def test_nothing_sealed_is_handed_out_before_the_case_is_taken(in_room, counsel):
    wati = in_room()
    case_id = counsel.case()
    here = f"/console/pendamping/kasus/{case_id}"
    wati.get(here)
    assert wati.get(f"{here}/isi").status_code == 404
    assert wati.post(f"{here}/buka", json={"key": wati.key, "items": []}).status_code == 404
    assert wati.post(f"{here}/ambil").status_code == 303
    assert wati.post(f"{here}/ambil").status_code == 303, "twice is no fault"
    assert counsel.links(case_id).count("taken") == 1
    inside_it = wati.get(f"{here}/isi").json
    assert inside_it["report"] == counsel.row(case_id).key
    assert inside_it["receipt"] == counsel.receipt_public(case_id)
    assert [(item["purpose"], wati.key in item["keys"]) for item in inside_it["items"]] == [
        ("narrative", True)
    ]
    assert "unsealed" not in counsel.links(case_id), "the list of items opens nothing"


def test_each_item_handed_out_is_one_link(on_case, counsel):
    wati, case_id, here = on_case()
    chats = [counsel.add(case_id, "chat", b"Halo") for _ in range(2)]
    items = [item["id"] for item in wati.get(f"{here}/isi").json["items"]]
    assert items[1:] == chats
    answer = wati.post(f"{here}/buka", json={"key": wati.key, "items": [items[0], items[0]]}).json
    assert [entry["purpose"] for entry in answer["items"]] == ["narrative"]
    assert len(counsel.links(case_id, "unsealed")) == 1, "asked for twice in one breath, handed out once"
    answer = wati.post(f"{here}/buka", json={"key": wati.key, "items": chats}).json
    assert [entry["purpose"] for entry in answer["items"]] == [f"chat|{item}" for item in chats]
    assert [link["item"] for link in counsel.links(case_id, "unsealed")] == items
    assert all(item.seen_at for item in counsel.items(case_id))


def test_no_look_and_no_unsealing_is_without_its_one_link(on_case, counsel, database, long):
    """S21 in numbers: 200 looks and 200 items handed out with --all, 40 without; mixed, and some of them refused."""
    wati, case_id, here = on_case()
    (item,) = (row.id for row in counsel.items(case_id))
    looks, before = (200 if long else 40), counsel.links(case_id)
    for _ in range(looks):
        assert wati.get(here).status_code == 200
        assert wati.post(f"{here}/buka", json={"key": wati.key, "items": [item]}).status_code == 200
        assert wati.post(f"{here}/buka", json={"key": wati.key, "items": [new_id()]}).status_code == 404
    assert counsel.links(case_id)[len(before) :] == ["viewed", "unsealed"] * looks
    with database.read() as session:
        assert first_broken_entry(session) is None


def test_only_her_own_key_and_only_what_is_wrapped_for_it(on_case, in_room, counsel):
    wati, case_id, here = on_case()
    sari = in_room("sari")
    other = counsel.case()
    (item,) = (row.id for row in counsel.items(case_id))
    (foreign,) = (row.id for row in counsel.items(other))
    for body in (
        {"key": sari.key, "items": [item]},
        {"key": "0" * 16, "items": [item]},
        {"key": wati.key, "items": [foreign]},
        {"key": wati.key, "items": [new_id()]},
    ):
        assert wati.post(f"{here}/buka", json=body).status_code == 404
    for body in ({"key": wati.key, "items": "semua"}, {"items": [item]}, {"key": 1, "items": [item]}):
        answer = wati.post(f"{here}/buka", json=body, headers={"Accept": "application/json"})
        assert answer.status_code == 422
        assert item not in answer.text
    assert "unsealed" not in counsel.links(case_id)


def test_what_came_in_clear_is_for_who_took_the_case(on_case, counsel):
    wati, case_id, here = on_case(story=None, words={"words": "Tolong cepat", "phone": "0811"})
    answer = wati.post(f"{here}/buka", json={"items": [], "words": True}).json
    assert answer == {"items": [], "words": {"words": "Tolong cepat", "phone_held": True}}
    assert counsel.links(case_id, "unsealed") == [{"item": "words", "viewer": "counsellor"}]
    assert "Tolong cepat" not in wati.get(here).text


def test_what_is_new_in_her_cases_is_told_until_it_was_opened(on_case, in_room, counsel):
    wati, case_id, here = on_case()
    sari = in_room("sari")
    item = counsel.add(case_id, "chat", b"Halo")
    assert wati.get("/console/pendamping/kabar").json["messages"] == [item]
    assert "1 belum dibuka" in wati.get("/console/pendamping").text
    assert sari.get("/console/pendamping/kabar").json["messages"] == []
    wati.post(f"{here}/buka", json={"key": wati.key, "items": [item]})
    assert wati.get("/console/pendamping/kabar").json["messages"] == []


def test_the_timers_of_the_law(on_case, counsel):
    wati, case_id, here = on_case()
    page = wati.get(here).text
    assert "Perlindungan polisi" in page
    assert re.search(r"Sisa 23 jam 59 mnt", page)
    assert re.search(r"Sisa 2 hari 23 jam", page)
    wati.post(f"{here}/tenggat", {"duty": "protection", "answer": "done"})
    wati.post(f"{here}/tenggat", {"duty": "protection", "answer": "done"})
    wati.post(f"{here}/tenggat", {"duty": "police_report", "answer": "not_needed"})
    page = wati.get(here).text
    assert "Sisa" not in re.sub(r'data-json="[^"]*"', "", page)
    wati.post(f"{here}/tenggat", {"duty": "protection", "answer": "again"})
    assert "Sisa 23 jam" in wati.get(here).text
    assert [link["answer"] for link in counsel.links(case_id, "duty")] == ["done", "not_needed", "again"]
    assert wati.post(f"{here}/tenggat", {"duty": "x", "answer": "done"}).status_code == 422


def test_a_closed_case_shows_no_place_and_only_to_hers(on_case, in_room, database):
    wati, case_id, here = on_case()
    sari = in_room("sari")
    from app.core.clock import now
    from app.silent.models import SilentCase

    with database.write() as session:
        row = session.get_one(SilentCase, case_id)
        row.state, row.closed_at = "closed", now()
    page = wati.get(here).text
    assert "117.49" not in page
    assert wati.get(f"{here}/isi").status_code == 200
    assert sari.get(here).status_code == 404
    assert f"kasus/{case_id}" not in sari.get("/console/pendamping").text


def test_the_access_log_says_who_when_and_what(on_case, counsel):
    wati, case_id, here = on_case()
    (item,) = (row.id for row in counsel.items(case_id))
    wati.post(f"{here}/buka", json={"key": wati.key, "items": [item]})
    page = wati.get(here).text
    for what in (
        "mengirim laporan",
        "melihat halaman kasus",
        "mendampingi kasus ini",
        "membuka isi tersegel",
    ):
        assert what in page
    looks = len(counsel.links(case_id, "viewed")) + len(counsel.links(case_id, "unsealed"))
    assert f"dilihat atau dibuka {looks} kali" in page


def test_news_ring_for_new_cases_and_broken_glass(in_room, inside, counsel):
    wati = in_room()
    case_id = counsel.case(block=BLOCK)
    received = wati.get("/console/pendamping/kabar").json
    assert (received["cases"], received["glass"]) == ([case_id], [])
    boss = inside("supervisor", name="bos")
    called = counsel.called(case_id)
    boss.get("/console/darurat")
    form = {"number": f"B-{called['number']:04d}", "day": called["day"], "reason": "life_at_risk"}
    boss.post("/console/darurat", form)
    received = wati.get("/console/pendamping/kabar").json
    assert len(received["glass"]) == 1
    assert "bos meminta akses darurat" in received["html"]
    assert json.dumps(BLOCK.model_dump()) not in received["html"]
