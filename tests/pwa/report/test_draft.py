"""A report that is being written survives whatever happens to the browser."""

import pytest

from tests.support.phone import draft_id, found_place, kept_draft, sent

WRITE_AND_GO_ON = """(words) => {
  const field = document.getElementById('landmark');
  field.value = words;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  document.querySelector('.actions .button:last-child').click();
}"""


def test_words_answers_and_place_survive_a_killed_browser(web, kept_phone):
    page = kept_phone.open()
    page.get_by_role("link", name="Banjir").tap()
    found_place(page)
    page.get_by_role("button", name="Lanjut").tap()
    key = draft_id(page)
    page.get_by_role("radio", name="Lutut").check()
    page.get_by_label("Ceritakan singkat").press_sequentially("Air masuk rumah")
    kept_draft(page, description="Air masuk rumah")
    kept_phone.kill()
    page = kept_phone.switch_on(geolocation=None).open()
    page.get_by_text("Laporan belum dikirim: Banjir").wait_for()
    page.get_by_role("link", name="Lanjutkan").tap()
    page.get_by_role("button", name="Lanjut").tap()
    assert page.get_by_label("Ceritakan singkat").input_value() == "Air masuk rumah"
    assert page.get_by_role("radio", name="Lutut").is_checked()
    assert draft_id(page) == key
    page.get_by_role("button", name="Kirim laporan").tap()
    sent(page)
    row = web.report(key)
    assert (row["description"], row["source"], row["lat"]) == ("Air masuk rumah", "gps", 0.1331)


@pytest.mark.long
def test_another_kind_keeps_the_words_of_the_same_emergency(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Kecelakaan").tap()
    page.get_by_role("button", name="Lanjut").tap()
    page.get_by_label("Ceritakan singkat").fill("Dua motor")
    kept_draft(page, description="Dua motor")
    page.goto(web.url)
    page.get_by_role("link", name="Gawat medis").tap()
    page.get_by_role("button", name="Lanjut").tap()
    assert page.get_by_label("Ceritakan singkat").input_value() == "Dua motor"


def test_what_was_written_in_the_moment_of_going_on_goes_along(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Kecelakaan").tap()
    page.get_by_role("button", name="Lanjut").wait_for()
    key = draft_id(page)
    page.evaluate(WRITE_AND_GO_ON, "Depan pasar")
    page.get_by_label("Ceritakan singkat").fill("Dua motor")
    page.get_by_role("button", name="Kirim laporan").tap()
    sent(page)
    row = web.report(key)
    assert (row["landmark"], row["description"]) == ("Depan pasar", "Dua motor")


@pytest.mark.long
def test_a_draft_can_be_thrown_away(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Kecelakaan").tap()
    kept_draft(page, kind="accident")
    page.goto(web.url)
    page.get_by_role("button", name="Hapus").tap()
    page.get_by_text("Laporan belum dikirim").wait_for(state="detached")
    page.reload()
    page.get_by_role("link", name="Kecelakaan").wait_for()
    assert not page.evaluate("siaga.database.all('drafts')")
