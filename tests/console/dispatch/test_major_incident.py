"""A major incident: linked incidents, one board, one lead; linking and unlinking are events."""


def test_linked_incidents_stand_on_one_board_with_their_reports_and_assignments(desk, inside):
    first, second = desk.forwarded("fire"), desk.report("accident")
    item = inside("operator", name="ketua")
    answer = item.post(f"/console/kejadian/{first}/declare_major", {"name": "Kebakaran pasar"})
    board = answer.location
    assert (answer.status_code, board.startswith("/console/besar/")) == (303, True)
    fields = {"major": board.rsplit("/", 1)[1]}
    assert item.post(f"/console/kejadian/{second}/link_major", fields).status_code == 303
    assert item.post(f"/console/kejadian/{second}/link_major", fields).status_code == 409
    page = item.get(board).text
    for words in ("Kebakaran pasar", "Dipimpin ketua", "B-0001", "B-0002", "Damkar"):
        assert words in page
    assert "Kebakaran pasar" in item.get("/console/besar").text
    assert "Kebakaran pasar" in item.get(f"/console/kejadian/{first}").text
    other = inside("supervisor", name="pengganti")
    other.post(f"{board}/lead_major")
    assert "Dipimpin pengganti" in other.get(board).text
    assert other.post(f"/console/kejadian/{second}/unlink_major").status_code == 303
    assert "B-0002" not in other.get(board).text
    received = [event.name for event in desk.events(second) if event.name.endswith("_major")]
    assert received == ["link_major", "unlink_major"]
    assert other.post(f"{board}/end_major").status_code == 303
    assert other.post(f"/console/kejadian/{second}/link_major", fields).status_code == 404


def test_violence_at_home_is_never_part_of_one_and_the_auditor_only_reads(desk, inside):
    quiet, first = desk.report("violence_home"), desk.report("fire")
    item = inside("operator")
    assert item.post(f"/console/kejadian/{quiet}/declare_major", {"name": "Pasar"}).status_code == 422
    assert item.post(f"/console/kejadian/{first}/declare_major", {"name": " "}).status_code == 422
    auditor = inside("auditor")
    assert auditor.get("/console/besar").status_code == 200
    assert auditor.post(f"/console/kejadian/{first}/declare_major", {"name": "Pasar"}).status_code == 403
