"""One emergency is one report: whatever is tapped, measured or shared at the moment of sending."""

import pytest

from tests.support.phone import HERE, draft_id, found_place, sent, wait_for
from tests.support.web import Web

pytestmark = pytest.mark.engine("sqlite")
GIVE = """async (days) => {
  const canvas = new OffscreenCanvas(64, 48);
  canvas.getContext('2d').fillRect(0, 0, 64, 48);
  await siaga.database.put('photos', {
    id: siaga.uuid(), owner: 'shared', report_id: null, blob: await canvas.convertToBlob({ type: 'image/jpeg' }),
    type: 'image/jpeg', made_at: new Date(Date.now() - days * 86400000).toISOString(), offset: null,
    upload_url: null, state: 'waiting',
  });
}"""


ALL_SENT = "async () => (await siaga.database.all('photos')).every((row) => row.state === 'done')"


def count(web: Web) -> int:
    return len(web.rows("SELECT 1 FROM report"))


@pytest.mark.long
def test_a_position_at_the_moment_of_sending_leaves_no_draft_behind(web, page):
    before = count(web)
    page.clock.install()
    page.goto(web.url)
    page.get_by_role("link", name="Kebakaran").tap()
    found_place(page)
    page.locator("#landmark").fill("Pasar")  # a change that is about to be saved
    page.get_by_role("button", name="Kirim sekarang").tap()
    sent(page)
    page.clock.run_for(1000)
    assert page.evaluate("siaga.database.all('drafts')") == []
    assert count(web) == before + 1


@pytest.mark.long
def test_a_fix_that_comes_with_the_tap_leaves_no_draft_behind(web, new_context):
    context = new_context(geolocation={**HERE, "accuracy": 900})
    page = context.new_page()
    page.clock.install()
    page.goto(web.url)
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_text("Ketelitian 900 m").wait_for()
    before = count(web)
    page.evaluate(
        """() => {
          const line = document.querySelector('.seen');
          const seen = new MutationObserver(() => {
            seen.disconnect();
            [...document.querySelectorAll('button')].find((one) => one.textContent.includes('Kirim sekarang')).click();
          });
          seen.observe(line, { childList: true, subtree: true });
        }"""
    )
    context.set_geolocation({**HERE, "accuracy": 7})
    sent(page)
    page.clock.run_for(1000)
    assert page.evaluate("siaga.database.all('drafts')") == []
    assert count(web) == before + 1
    page.get_by_role("link", name="Kembali").tap()
    page.get_by_role("link", name="Kebakaran").wait_for()
    assert not page.get_by_text("Laporan belum dikirim").count()


def test_two_taps_are_one_report(web, page):
    before = count(web)
    page.goto(web.url)
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_role("button", name="Lanjut").tap()
    button = page.get_by_role("button", name="Kirim laporan")
    button.wait_for()
    disabled = button.evaluate("(one) => { one.click(); const off = one.disabled; one.click(); return off; }")
    assert disabled
    sent(page)
    assert count(web) == before + 1
    assert len(page.evaluate("siaga.database.all('reports')")) == 1


@pytest.mark.long
def test_a_draft_that_was_handed_over_is_not_taken_again(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Banjir").tap()
    key = draft_id(page)
    page.get_by_role("button", name="Kirim sekarang").tap()
    sent(page)
    before = count(web)
    again = "([key, kind]) => siaga.outbox.add({ kind }, { key, kind }).then(() => siaga.outbox.flush())"
    assert page.evaluate(again, [key, "flood"]) == 0
    assert page.evaluate("siaga.outbox.all()") == []
    assert count(web) == before


def test_a_key_that_the_server_has_with_other_words_is_never_sent_under_another(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Banjir").tap()
    key = draft_id(page)
    page.get_by_role("button", name="Kirim sekarang").tap()
    report = sent(page)
    before = count(web)
    page.evaluate("id => siaga.database.remove('reports', id)", report)
    again = "key => siaga.outbox.add({ kind: 'flood', description: 'Lain' }, { key, kind: 'flood' })"
    page.evaluate(again, key)
    page.evaluate("siaga.outbox.flush({ hurry: true })")
    left = page.evaluate("siaga.outbox.all()")
    assert [(item["key"], item["state"]) for item in left] == [(key, "refused")]
    assert count(web) == before


@pytest.mark.long
def test_a_shared_photo_goes_with_the_very_next_report(web, page):
    page.goto(web.url)
    page.wait_for_function("() => globalThis.siaga?.outbox")
    page.evaluate(GIVE, 0)
    page.evaluate(GIVE, 2)
    page.get_by_role("link", name="Kebakaran").tap()
    key = draft_id(page)
    page.get_by_role("button", name="Kirim sekarang").tap()
    report = sent(page)
    wait_for(lambda: page.evaluate(ALL_SENT))
    assert [row["owner"] for row in page.evaluate("siaga.database.all('photos')")] == [key]
    assert len(web.rows("SELECT 1 FROM media WHERE report_id = ?", report)) == 1
