"""Picture tiles come from the address that the city has set, from nowhere else, and never while somebody is silent."""

import re
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from app.core.secrets import make_secrets
from tests.support import pictures
from tests.support.archive import write_archive
from tests.support.phone import found_place
from tests.support.silent_flow import open_tile, step
from tests.support.system import free_ports
from tests.support.web import Web

pytestmark = pytest.mark.engine("sqlite")
REFUSED = """(url) => new Promise((go) => {
  addEventListener('securitypolicyviolation', (event) => go(event.effectiveDirective), { once: true });
  new Image().src = url;
})"""


class Tiles(ThreadingHTTPServer):
    """A tile server on loopback that remembers what it was asked for."""

    def __init__(self):
        picture, requests = pictures.png(256, 256), []

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                requests.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
                self.end_headers()
                self.wfile.write(picture)

            def log_message(self, *_):
                return

        super().__init__(("127.0.0.1", 0), Answer)
        self.requests = requests
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def tiles():
    server = Tiles()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def town(tiles, sqlite_template, tmp_path_factory):
    """A web process whose city has set a tile address."""
    data = tmp_path_factory.mktemp("tiles") / "instance"
    make_secrets(data)
    shutil.copyfile(sqlite_template, data / "siaga.sqlite3")
    address = {"SIAGA_MAP_TILES": tiles.url + "/{z}/{x}/{y}.png", "SIAGA_MAP_ATTRIBUTION": "Peta <b>Kota</b>"}
    served = Web(data, free_ports(), settings=address).start()
    yield served
    served.stop()


def test_tiles_are_asked_for_when_a_map_is_opened_and_not_before(town, tiles, page):
    answer = page.goto(f"{town.url}/lapor?kind=fire")
    images = re.search(r"img-src ([^;]*)", answer.headers["content-security-policy"])[1]
    assert images == f"'self' blob: data: {tiles.url}"
    found_place(page)
    assert tiles.requests == []
    page.get_by_role("button", name="Tunjuk di peta").click()
    page.locator("img.leaflet-tile-loaded").first.wait_for()
    expect(page.get_by_text("Peta <b>Kota</b>")).to_be_visible()
    assert tiles.requests
    assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", path) for path in tiles.requests)


@pytest.fixture(scope="module")
def own_map(sqlite_template, tmp_path_factory):
    """A web process whose city has its map in an archive of its own."""
    data = tmp_path_factory.mktemp("own-map") / "instance"
    make_secrets(data)
    shutil.copyfile(sqlite_template, data / "siaga.sqlite3")
    file = write_archive(data / "kota.pmtiles", range(10, 16), pictures.png(256, 256))
    served = Web(data, free_ports(), settings={"SIAGA_MAP_TILES": str(file)}).start()
    yield served
    served.stop()


@pytest.mark.long
def test_a_city_with_its_own_archive_asks_nobody_else(own_map, page):
    """Also nearer than its pictures go: they are enlarged."""
    strangers, refused = [], []
    page.on(
        "request",
        lambda item: None if item.url.startswith((own_map.url, "blob:")) else strangers.append(item.url),
    )
    page.on("response", lambda item: refused.append(item.url) if item.status >= 400 else None)
    page.goto(f"{own_map.url}/lapor?kind=fire")
    found_place(page)
    page.get_by_role("button", name="Tunjuk di peta").click()
    page.locator("img.leaflet-tile-loaded[src*='/peta/']").first.wait_for()
    expect(page.get_by_text("Peta & Kota")).to_be_visible()
    assert page.locator("img.leaflet-tile-loaded").first.evaluate("(one) => one.naturalWidth") == 256
    assert "/15/" in page.locator("img.leaflet-tile-loaded").first.get_attribute("src")
    assert strangers == []
    assert [item for item in refused if "/peta/" in item] == []


def test_no_other_address_may_give_a_picture(town, page):
    stranger = Tiles()
    page.goto(town.url)
    assert page.evaluate(REFUSED, f"{stranger.url}/1/1/1.png") == "img-src"
    assert stranger.requests == []
    stranger.shutdown()
    stranger.server_close()


def test_the_whole_silent_path_asks_for_no_tile_and_nobody_else(town, tiles, page):
    """From home through every step to sent, seen, and put away."""
    before, strangers = list(tiles.requests), []
    page.on(
        "request",
        lambda item: None if item.url.startswith((town.url, "blob:")) else strangers.append(item.url),
    )
    page.goto(town.url)
    step(open_tile(page), "coming")
    page.get_by_role("button", name="Kirim sekarang").tap()
    page.locator("#hush .state h1").filter(has_text="Terkirim").wait_for()
    page.wait_for_load_state("networkidle")
    page.locator("#hush .rows > .plain").tap()
    page.locator("#hush .state").wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    assert not page.evaluate("'L' in window")
    assert tiles.requests == before
    assert strangers == []
