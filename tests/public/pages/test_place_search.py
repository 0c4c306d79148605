"""Without script a place is searched for too, and nothing that was written is lost."""

import re

import pytest
from sqlalchemy import select

from app.reports.models import Report

pytestmark = pytest.mark.engine("sqlite")
FORM = {"key": "01a20f30-3b93-7671-b79f-c514bf8aa0c5", "kind": "fire", "description": "Api di dapur"}


def test_a_search_comes_back_with_the_form_and_the_chosen_place_is_sent(client, database):
    found = client.post("/lapor", data=FORM | {"q": "loktuan", "do": "search"})
    assert found.status_code == 200
    assert "Api di dapur" in found.text
    assert re.search(r'value="0.165,117.474,Lok Tuan"\s+checked', found.text)
    sent = client.post("/lapor", data=FORM | {"q": "loktuan", "found": "0.165,117.474,Lok Tuan"})
    assert sent.status_code == 303
    with database.read() as session:
        row = session.scalars(select(Report)).one()
    assert (row.source, row.lat, row.lon) == ("address", 0.165, 117.474)


@pytest.mark.parametrize("found", ["x", "91,0,a", "nan,nan,b", ",,"])
def test_a_place_that_is_none_loses_no_report(client, found):
    assert client.post("/lapor", data=FORM | {"found": found}).status_code == 303
    assert "Tidak ditemukan" in client.post("/lapor", data=FORM | {"q": "xyzzyx", "do": "search"}).text
