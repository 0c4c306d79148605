"""The silent flow as she goes through it: open the tile, step on, leave."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.support.phone import LentPhone, wait_for

STEPS = ("first", "danger", "coming", "story", "enter")
"""Steps that can be reached without sending anything."""
BRISK = """(() => {
  if (!globalThis.SubtleCrypto) return;
  const still = new CSSStyleSheet();
  still.replaceSync('.hush .screen > *, .actions > * { animation: none !important; }');
  document.adoptedStyleSheets = [still];
  const before = SubtleCrypto.prototype.deriveBits;
  SubtleCrypto.prototype.deriveBits = function (how, ...more) {
    if (how.iterations < 600_000) throw new Error('a receipt that is derived too cheaply');
    return before.call(this, how.iterations ? { ...how, iterations: 1000 } : how, ...more);
  };
})()"""
CLOSE = "dispatchEvent(new PopStateEvent('popstate'))"


def brisk(page: Page) -> Page:
    """From the next address on, let steps take taps at once, not after 0.6 s, and derive receipts in fewer rounds."""
    page.add_init_script(BRISK)
    return page


def open_tile(page: Page) -> Page:
    """Tap the tile and wait for the panel; a tap before the flow was loaded opens it all the same."""
    page.locator("#quiet summary").tap()
    page.locator("#hush h1").wait_for()
    return page


def loaded(page: Page) -> None:
    """Wait until a tap of the tile would open the panel at once: its script hears taps."""
    cdp = page.context.new_cdp_session(page)

    def heard() -> object:
        tile = cdp.send("Runtime.evaluate", {"expression": "document.querySelector('#quiet summary')"})
        requests = {"objectId": tile["result"]["objectId"]}
        return cdp.send("DOMDebugger.getEventListeners", requests)["listeners"]

    wait_for(heard)
    cdp.detach()


def open_tile_with_places(page: Page) -> Page:
    """Open the tile and wait for what the phone is told of the city: its kelurahan can be chosen then."""
    with page.expect_response("**/api/v1/city") as answer:
        open_tile(page)
    answer.value.finished()
    return page


def step(page: Page, name: str) -> Page:
    """Go from the first step to another one."""
    if name == "enter":
        page.locator("#hush .rows .row").nth(1).tap()
        page.locator("#hush .field input").wait_for()
    for _ in range({"danger": 1, "coming": 2, "story": 3}.get(name, 0)):
        _next_step(page)
    settled(page)
    return page


def _next_step(page: Page) -> None:
    onward = page.locator("#hush .actions .quiet, #hush .rows .row").first
    before = page.locator("#hush h1").text_content()
    onward.tap()
    page.locator("#hush h1").filter(has_not_text=before).wait_for()


def walk(page: Page) -> Iterator[str]:
    """Go from the first step through all of them; yield the name of each, then end at the first again."""
    for name in STEPS:
        if name in {"danger", "coming", "story"}:
            _next_step(page)
            settled(page)
        else:
            step(page, name)
        yield name
        if name in {"story", "enter"}:
            back_to_first(page)


def back_to_first(page: Page) -> None:
    """Go back, step by step, to the first one."""
    while page.locator("#hush .help").count() == 0:
        before = page.locator("#hush h1").text_content()
        page.locator("#hush .plain").last.tap()
        page.locator("#hush h1").filter(has_not_text=before).wait_for()


def settled(page: Page) -> None:
    """Wait until the step takes taps: for its first moments it takes none, so that a trembling finger skips nothing."""
    page.locator("#hush h1").first.tap(trial=True)


def put_away(page: Page) -> None:
    """Close the panel after sending: once it asks whether the case code is kept."""
    page.locator("#hush .rows > .plain").tap()
    page.locator("#hush .state").wait_for(state="detached")
    page.locator("#hush .button").first.tap()
    page.locator("#hush").wait_for(state="detached")


def write_and_leave(phone: LentPhone) -> Page:
    """Write a word into the story and leave; return the page that came instead."""
    phone.page.goto(phone.url + "/nomor")
    page = phone.open()
    open_tile(page)
    step(page, "story")
    page.get_by_label("Ceritakan").fill("kanari")
    page.locator("#hush .leave").tap()
    page.wait_for_url("**/pasang")
    return page


def nothing_is_left(page: Page) -> None:
    page.locator("main h1").wait_for()
    assert not page.locator("#hush").count()
    assert "kanari" not in page.content()
    assert not page.evaluate("document.querySelector('#quiet')?.open ?? false")


def traces(page: Page) -> object:
    """What an address bar, a tab and a history would show."""
    return page.evaluate("[location.href, document.title, history.length, JSON.stringify(history.state)]")


BLANK = """() => document.querySelector('#hush .leave').addEventListener('click', () => {
  const began = performance.now();
  sessionStorage.setItem('at', Date.now());
  requestAnimationFrame(() => setTimeout(() =>
    sessionStorage.setItem('took', JSON.stringify([performance.now() - began, document.body.childElementCount]))));
}, true)"""
PAINTED = """async () => {
  const first = () => performance.getEntriesByType('paint').find((one) => one.name === 'first-contentful-paint');
  while (!first()) await new Promise((go) => setTimeout(go, 20));
  return performance.timeOrigin - Number(sessionStorage.getItem('at')) + first().startTime;
}"""
TOOK = "JSON.parse(sessionStorage.getItem('took') ?? '[1e9, -1]')"
"""A page that was gone before its blank was measured counts as one that was slow."""
NOISE = """() => {
  const heard = (window.heard = []);
  for (const [thing, name] of [[Navigator.prototype, 'vibrate'], [HTMLMediaElement.prototype, 'play'],
    [AudioContext.prototype, 'createOscillator'], [Navigator.prototype, 'setAppBadge'],
    [ServiceWorkerRegistration.prototype, 'showNotification'], [History.prototype, 'pushState'],
    [History.prototype, 'replaceState'], [window, 'alert'], [window, 'confirm']])
    if (thing[name]) thing[name] = () => heard.push(name);
}"""
WALK = """async () => {
  const next = (ms) => new Promise((go) => setTimeout(go, ms));
  const until = async (look) => {
    for (let found; ; await next(20)) if ((found = look())) return found;
  };
  const at = (css, text = '') =>
    until(() => [...document.querySelectorAll(css)].find((one) => !one.hidden && one.textContent.includes(text)));
  const tap = async (css, text) => (await at(css, text)).click();
  const spoken = new Set();
  new MutationObserver(() => {
    for (const live of document.querySelectorAll('#hush :is([aria-live], [role=status], [role=alert], dialog)'))
      spoken.add(live.textContent);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
  const write = async (css) => {
    const field = await at(css);
    field.value = 'Tolong';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  await tap('#quiet summary');
  await tap('#hush .rows .row');
  await tap('#hush .actions .quiet', 'Lanjut');
  await at('#hush h1', 'kami datang');
  await tap('#hush .actions .quiet', 'Lanjut');
  await write('#hush textarea');
  await tap('#hush .actions .button', 'Kirim sekarang');
  await until(() => /mana|Terkirim/.test(document.querySelector('#hush h1').textContent));
  if (document.querySelector('#hush .places')) await tap('#hush .places button');
  await at('#hush h1', 'Terkirim');
  await tap('#hush .signals .button', 'Masih terjadi');
  await at('#hush .signals .button', 'Terkirim');
  await tap('#hush .button', 'Tambah cerita');
  await tap('#hush .button', 'Sudah, lanjut');
  await write('#hush .thread + .screen textarea');
  await tap('#hush .thread + .screen .button');
  await at('#hush .thread .mine');
  await tap('#hush .row', 'Ubah cara');
  await tap('#hush .button', 'Simpan');
  await tap('#hush .row', 'Hapus isi');
  await tap('#hush .button', 'Ya, hapus');
  await at('#hush .problem', 'sudah dihapus');
  await next(300);
  const heard = [...window.heard];
  dispatchEvent(new PopStateEvent('popstate'));
  await tap('a.tile', 'Kebakaran');
  await until(() => window.heard.length);
  return [heard, [...spoken].filter(Boolean)];
}"""
"""Everything that can be done behind the tile, from the first step to erasing: what was heard, and what was said aloud.

A step of an ordinary report at the end is the control: that one is heard."""
