"""A shift begins, is handed over by two signatures, and nobody's runs twice."""

import pytest
from sqlalchemy import select

from app.core.models import Event


def last_event(database):
    with database.read() as session:
        return session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()


def working(first):
    page = first.get("/console/serah-terima").text
    return page.split('id="h-shift"')[1].split("</section>")[0]


def test_a_shift_goes_from_one_to_the_next(desk, inside):
    goes, comes = inside("operator", name="yang-pergi"), inside("operator", name="yang-datang")
    assert "Mulai giliran" in goes.get("/console/antrean").text
    assert goes.post("/console/serah-terima/start_shift").status_code == 303
    assert (last_event(desk.database).name, last_event(desk.database).actor_id) == (
        "start_shift",
        goes.staff_id,
    )
    assert "Mulai giliran" not in goes.get("/console/antrean").text
    assert "yang-pergi" in working(comes)
    given = goes.post("/console/serah-terima", {"note": "Radio 2"})
    assert "Baca dan tanda tangani" in comes.get("/console/antrean").text
    assert "yang-pergi" in working(comes), "until somebody has signed, who goes still answers for it"
    assert comes.post(f"{given.location}/take_handover").status_code == 303
    now = working(comes)
    assert "yang-datang" in now
    assert "yang-pergi" not in now
    assert last_event(desk.database).name == "take_handover"


@pytest.mark.engine("sqlite")
def test_a_shift_that_runs_does_not_begin_again_and_one_that_does_not_run_does_not_end(desk, inside):
    first = inside("operator")
    assert first.post("/console/serah-terima/end_shift").status_code == 409
    first.post("/console/serah-terima/start_shift")
    again = first.post("/console/serah-terima/start_shift")
    assert (again.status_code, "sudah berjalan" in again.text) == (409, True)
    assert first.post("/console/serah-terima/end_shift").status_code == 303
    assert last_event(desk.database).name == "end_shift"
    assert "Belum ada yang memulai giliran" in working(first)


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_whoever_only_looks_begins_no_shift(inside, role):
    assert inside(role).post("/console/serah-terima/start_shift").status_code == 403
