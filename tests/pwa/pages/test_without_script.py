"""Every step of a report as plain forms: the phone has no script, or it failed."""

import pytest

from tests.support import pictures


@pytest.fixture
def plain(new_context):
    return new_context(java_script_enabled=False).new_page()


def test_a_report_from_home_to_the_ladder(web, plain):
    plain.goto(web.url)
    plain.get_by_role("link", name="Banjir").tap()
    plain.get_by_role("radio", name="Pinggang").check()
    plain.get_by_label("Pilih kelurahan").select_option(label="Berbas Pantai")
    plain.locator("[name=landmark]").fill("Rumah panggung ketiga")
    plain.get_by_label("Ceritakan singkat").fill("Air naik <b>cepat</b>")
    plain.get_by_role("button", name="Kirim laporan").tap()
    plain.get_by_role("heading", name="Laporan B-").wait_for()
    report = plain.url.rsplit("/", 1)[1]
    row = dict(web.rows("SELECT * FROM report WHERE id = ?", report)[0])
    assert (row["channel"], row["kind"], row["kelurahan"]) == ("form", "flood", "64.74.02.1003")
    assert row["answers"] == '{"flood_depth": "waist"}'
    assert row["description"] == "Air naik <b>cepat</b>"


def test_sending_the_same_form_twice_is_one_report(web, plain):
    plain.goto(web.url + "/lapor?kind=fire")
    plain.get_by_role("button", name="Kirim laporan").tap()
    plain.get_by_role("heading", name="Laporan B-").wait_for()
    first = plain.url
    plain.go_back()
    plain.get_by_role("button", name="Kirim laporan").tap()
    plain.get_by_role("heading", name="Laporan B-").wait_for()
    assert plain.url == first


@pytest.mark.long
def test_a_form_without_its_kind_comes_back_with_everything_in_it(web, plain):
    plain.goto(web.url + "/lapor")
    plain.locator("[name=landmark]").fill("Depan pasar")
    plain.get_by_label("Nomor HP Anda").fill("rumah 12")
    plain.get_by_role("button", name="Kirim laporan").tap()
    plain.get_by_role("alert").filter(has_text="Pilih dulu apa yang terjadi").wait_for()
    assert plain.locator("[name=landmark]").input_value() == "Depan pasar"
    plain.get_by_role("radio", name="Kebakaran").check()
    plain.get_by_role("button", name="Kirim laporan").tap()
    plain.get_by_role("heading", name="Laporan B-").wait_for()
    report = plain.url.rsplit("/", 1)[1]
    row = web.rows("SELECT description, contact_phone FROM report WHERE id = ?", report)[0]
    assert tuple(row) == (None, "rumah 12")


@pytest.mark.long
def test_signals_and_words_reach_the_room(web, plain):
    plain.goto(web.url + "/lapor?kind=medical")
    plain.get_by_role("button", name="Kirim laporan").tap()
    with plain.expect_navigation():
        plain.get_by_role("button", name="Saya aman").tap()
    plain.get_by_label("Tulis pesan").fill("Di lantai dua")
    plain.get_by_role("button", name="Kirim pesan").tap()
    plain.get_by_text("Di lantai dua").wait_for()
    report = plain.url.rsplit("/", 1)[1]
    names = [
        row["name"] for row in web.rows("SELECT name FROM event WHERE report_id = ? ORDER BY seq", report)
    ]
    assert "signalled" in names
    assert "write_message" in names


def test_own_reports_are_listed_and_those_of_others_look_like_none(web, plain, new_context):
    plain.goto(web.url + "/lapor?kind=crime")
    plain.get_by_role("button", name="Kirim laporan").tap()
    plain.get_by_role("heading", name="Laporan B-").wait_for()
    address = plain.url
    plain.goto(web.url + "/laporan")
    plain.get_by_role("link", name="Kejahatan B-").wait_for()
    stranger = new_context(java_script_enabled=False).new_page()
    assert stranger.goto(address).status == 404
    assert stranger.goto(web.url + "/laporan/00000000-0000-7000-8000-000000000000").status == 404


def test_numbers_and_installing_are_pages_too(web, plain):
    plain.goto(web.url)
    plain.get_by_role("link", name="Nomor lain").tap()
    plain.locator("a[href='tel:110']").wait_for()
    assert plain.goto(web.url + "/pasang").ok
    plain.get_by_role("heading", name="Pasang di HP").wait_for()


def test_numbers_have_their_names_in_the_language_asked_for(web, new_context):
    page = new_context(java_script_enabled=False, locale="en-GB").new_page()
    page.goto(web.url + "/nomor")
    page.get_by_role("link", name="Fire brigade").wait_for()
    assert page.get_by_role("link", name="Pemadam").count() == 0


@pytest.mark.long
def test_a_photo_goes_along_and_another_follows_later(web, plain, tmp_path):
    photo, drawing = tmp_path / "api.jpg", tmp_path / "api.svg"
    photo.write_bytes(pictures.jpeg())
    drawing.write_bytes(pictures.SVG)
    plain.goto(web.url + "/lapor?kind=fire")
    plain.get_by_label("Foto").set_input_files(photo)
    plain.get_by_role("button", name="Kirim laporan").tap()
    plain.get_by_text("Foto terkirim").wait_for()
    report = plain.url.rsplit("/", 1)[1]
    assert len(web.rows("SELECT 1 FROM media WHERE report_id = ?", report)) == 1
    plain.get_by_label("Tambah foto").set_input_files(drawing)
    plain.get_by_role("button", name="Kirim foto").tap()
    plain.get_by_role("alert").filter(has_text="tidak bisa dipakai").wait_for()
    assert len(web.rows("SELECT 1 FROM media WHERE report_id = ?", report)) == 1
