"""From a tapped tile to a stored report, with a network."""

import re

import pytest

from tests.support.phone import HERE, draft_id, found_place, sent

NOT_DIALLED = """addEventListener('click', (event) => {
  if (event.target.closest('a[href^="tel:"]')) event.preventDefault();
})"""
"""What dials is another program; a browser on a busy machine takes no tap while it looks for one."""


def stored(web, page):
    report = sent(page)
    return dict(web.rows("SELECT * FROM report WHERE id = ?", report)[0])


def test_three_taps_and_no_words_send_a_report(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Kebakaran").tap()
    found_place(page)
    page.get_by_role("button", name="Lanjut").tap()
    page.get_by_role("button", name="Kirim laporan").tap()
    row = stored(web, page)
    page.get_by_text(re.compile(r"^Terkirim \d\d\.\d\d WITA$")).wait_for()
    assert (row["kind"], row["source"], row["channel"]) == ("fire", "gps", "app")
    assert (row["lat"], row["lon"], row["accuracy_m"]) == (HERE["latitude"], HERE["longitude"], 18)
    assert row["description"] is None


@pytest.mark.long
def test_three_taps_are_enough_for_a_kind_behind_the_rest(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Lainnya").tap()
    page.get_by_role("link", name="Orang tenggelam").tap()
    page.get_by_role("button", name="Kirim sekarang").tap()
    assert stored(web, page)["kind"] == "drowning"


def test_answers_words_and_phone_arrive(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Banjir").tap()
    found_place(page)
    key = draft_id(page)
    page.get_by_role("button", name="Lanjut").tap()
    page.get_by_role("radio", name="Dada").check()
    page.get_by_label("Ceritakan singkat").fill("Air naik cepat")
    page.get_by_label("Nomor HP Anda").fill("0812 3456 7890")
    page.get_by_role("button", name="Kirim laporan").tap()
    sent(page)
    row = web.report(key)
    assert row["answers"] == {"flood_depth": "chest"}
    assert row["description"] == "Air naik cepat"
    assert row["contact_phone"] == "+6281234567890"
    assert row["may_call"] == 1


def test_a_kelurahan_and_a_landmark_do_for_a_place(web, new_context):
    page = new_context(permissions=[]).new_page()
    page.goto(web.url)
    page.get_by_role("link", name="Kecelakaan").tap()
    page.get_by_label("Pilih kelurahan").select_option(label="Guntung")
    page.locator("#landmark").fill("Depan pasar")
    page.get_by_role("button", name="Kirim sekarang").tap()
    row = stored(web, page)
    assert (row["source"], row["kelurahan"], row["landmark"]) == ("kelurahan", "64.74.01.1004", "Depan pasar")
    assert row["lat"] is None


def test_a_refused_position_is_never_guessed(web, new_context):
    page = new_context(permissions=[]).new_page()
    page.goto(web.url)
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_text("Lokasi tidak diizinkan").wait_for()
    page.get_by_role("button", name="Kirim sekarang").tap()
    row = stored(web, page)
    assert (row["source"], row["lat"], row["lon"]) == ("none", None, None)


@pytest.mark.long
def test_a_position_that_cannot_be_read_is_never_guessed(web, new_context):
    context = new_context()
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Emulation.setGeolocationOverride")  # without a place: position unavailable
    page.goto(web.url)
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_text("Lokasi tidak terbaca").wait_for()
    page.get_by_role("button", name="Lanjut").tap()
    page.get_by_role("button", name="Kirim laporan").tap()
    row = stored(web, page)
    assert (row["source"], row["lat"], row["lon"]) == ("none", None, None)


@pytest.mark.long
def test_an_exact_position_replaces_a_rough_one_while_one_looks(web, new_context):
    context = new_context(geolocation={**HERE, "accuracy": 900})
    page = context.new_page()
    page.goto(web.url)
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_text("Ketelitian 900 m, masih diperbaiki").wait_for()
    context.set_geolocation({**HERE, "latitude": 0.134, "accuracy": 7})
    page.get_by_text("Ketelitian 7 m").wait_for()
    context.set_geolocation({**HERE, "latitude": 0.2, "accuracy": 500})
    page.get_by_role("button", name="Kirim sekarang").tap()
    row = stored(web, page)
    assert (row["lat"], row["accuracy_m"]) == (0.134, 7)


def test_every_report_leaves_in_one_body_size(web, page):
    sizes = []
    page.on(
        "request",
        lambda request: request.method == "POST" and sizes.append(len(request.post_data_buffer or b"")),
    )
    for words in ("", "Api di dapur, dua rumah. Ya ampun — tolong! 🔥"):
        page.goto(web.url)
        page.get_by_role("link", name="Kebakaran").tap()
        page.get_by_role("button", name="Lanjut").tap()
        page.get_by_label("Ceritakan singkat").fill(words)
        page.get_by_role("button", name="Kirim laporan").tap()
        sent(page)
    assert sizes == [16384, 16384]


@pytest.mark.long
def test_back_leads_from_a_sent_report_home_and_begins_no_second_one(web, page):
    page.goto(web.url)
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_role("button", name="Lanjut").tap()
    page.get_by_role("button", name="Kirim laporan").tap()
    report = sent(page)
    page.go_back()
    page.wait_for_url(f"**/laporan/{report}")
    page.locator(".ladder").wait_for()
    page.get_by_role("link", name="Kembali").tap()
    page.wait_for_url(web.url + "/")
    assert not page.evaluate("siaga.database.all('drafts')")


def test_tapping_the_call_tells_where_when_position_was_allowed_before(web, page):
    page.goto(web.url)
    calls = []
    page.on(
        "request",
        lambda request: request.url.endswith("/api/v1/calls") and calls.append(request.post_data_json),
    )
    page.evaluate(NOT_DIALLED)
    call = page.get_by_role("link", name="Telepon 112")
    call.dispatch_event("click")
    page.get_by_role("link", name="Kebakaran").tap()
    found_place(page)
    page.go_back()
    assert not calls
    with page.expect_response("**/api/v1/calls") as answer:
        call.dispatch_event("click")
    assert answer.value.ok
    assert (calls[0]["lat"], calls[0]["lon"], calls[0]["accuracy_m"]) == (
        HERE["latitude"],
        HERE["longitude"],
        18,
    )
