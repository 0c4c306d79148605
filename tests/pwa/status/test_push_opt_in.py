"""Push is asked for in words after a report, never on load; it is renewed at each start, and it is never needed."""

import json

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.support.axe import LOCALES
from tests.support.dispatchers import enter
from tests.support.phone import wait_for
from tests.support.push_service import PushService

SOON = 60_000
LOST_LOOKS = 5
"""After so many looks without an answer in a row the page waits for 24 seconds at least."""
SUBSCRIBE = """
  const given = %s;
  const made = (options) => ({
    endpoint: given.endpoint,
    options,
    toJSON: () => given,
    unsubscribe: async () => { sessionStorage.removeItem('subscribed'); return true; },
  });
  const key = () => ({applicationServerKey: new Uint8Array(JSON.parse(sessionStorage.getItem('subscribed'))).buffer});
  PushManager.prototype.subscribe = async (options) => {
    sessionStorage.setItem('subscribed', JSON.stringify([...options.applicationServerKey]));
    return made({applicationServerKey: options.applicationServerKey.buffer});
  };
  PushManager.prototype.getSubscription = async () => sessionStorage.getItem('subscribed') ? made(key()) : null;
"""
COUNT_QUESTIONS = """
  globalThis.questions = 0;
  const ask = Notification.requestPermission;
  Notification.requestPermission = () => { questions += 1; return ask.call(Notification); };
"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({title, body, tag, data, lang}) => ({title, body, tag, data, lang}))"""


IDLE = "() => new Promise((go) => requestIdleCallback(go))"


@pytest.fixture
def chromium(whole_chromium):
    """The shell has no push."""
    return whole_chromium


def yes(page):
    page.get_by_role("button", name="Ya, beri tahu").click()


@pytest.mark.long
def test_nobody_is_asked_before_a_report_is_sent(page, web, room):
    page.add_init_script(COUNT_QUESTIONS)
    for path in ("/", "/lapor?kind=fire", "/laporan", "/nomor", "/pasang"):
        page.goto(web.url + path)
        page.wait_for_function("() => globalThis.siaga?.outbox")
        page.evaluate(IDLE)
        assert page.evaluate("questions") == 0
    room.follow(page, "fire")
    expect(page.get_by_text("Beri tahu saya saat ada kabar?")).to_be_visible()
    assert page.evaluate("questions") == 0


@pytest.mark.long
def test_a_refusal_says_how_to_follow(page, room):
    page.add_init_script("Notification.requestPermission = async () => 'denied'")
    room.follow(page, "fire")
    yes(page)
    expect(page.get_by_text("Pemberitahuan dimatikan di HP ini.")).to_be_visible()
    expect(page.locator(".ladder")).to_be_visible()


@pytest.mark.long
def test_no_thanks_is_remembered_and_can_be_changed(page, room):
    room.follow(page, "fire")
    page.get_by_role("button", name="Tidak", exact=True).click()
    expect(page.get_by_text("Kabar hanya muncul di halaman ini.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Kabar hanya muncul di halaman ini.")).to_be_visible()
    expect(page.get_by_role("button", name="Ya, beri tahu")).to_be_visible()


def test_a_browser_without_push_says_how_to_follow(page, room):
    page.add_init_script("delete window.PushManager")
    room.follow(page, "fire")
    expect(page.get_by_text("HP ini tidak bisa diberi tahu.")).to_be_visible()


def test_a_hanging_push_service_does_not_hold_the_page(page, room):
    page.add_init_script("PushManager.prototype.subscribe = () => new Promise(() => undefined)")
    room.follow(page, "fire")
    yes(page)
    expect(page.get_by_text("Belum bisa diatur.")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Coba lagi")).to_be_visible()


@pytest.mark.long
def test_an_iphone_is_shown_how_to_install(new_context, room):
    agent = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) "
        "AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"
    )
    page = new_context(user_agent=agent).new_page()
    page.add_init_script("delete window.PushManager")
    room.follow(page, "fire")
    page.get_by_role("link", name="Lihat caranya").click()
    expect(page.get_by_role("heading", name="Pasang di HP")).to_be_visible()
    expect(page.locator("h2").first).to_have_text("Di iPhone, dengan Safari")
    expect(page.locator(".guide .phone").first).to_be_visible()


@pytest.mark.parametrize("spoken", LOCALES)
@pytest.mark.parametrize("state", ["default", "granted", "denied", "failed"])
def test_the_offer_of_push_in_each_state(new_context, room, spoken, state, axe_faults):
    """axe finds nothing."""
    page = new_context(locale=spoken).new_page()
    answer = "granted" if state == "failed" else state
    page.add_init_script(
        f"Notification.requestPermission = async () => '{answer}';"
        "PushManager.prototype.subscribe = async () => { throw new Error('no'); };"
    )
    room.follow(page, "fire")
    page.locator(".push .button").first.click()
    expect(page.locator(".push")).not_to_have_class("push off" if state != "default" else "never")
    assert axe_faults(page) == []


@pytest.fixture
def pushes(tmp_path):
    service = PushService(tmp_path, tls=False)
    yield service
    service.stop()


@pytest.mark.engine("sqlite")
def test_a_step_of_the_room_becomes_a_notification_and_moves_the_ladder(make_system, pushes, new_context):
    system = make_system(SIAGA_PUSH_HOSTS="127.0.0.1").start()
    room = enter(system.url, system.data)
    mailbox = pushes.subscription()
    page = new_context().new_page()
    page.add_init_script(SUBSCRIBE % json.dumps(mailbox.as_json()))
    page.goto(system.url)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    worker = page.context.new_cdp_session(page)
    seen = []
    worker.on("ServiceWorker.workerRegistrationUpdated", lambda news: seen.extend(news["registrations"]))
    worker.send("ServiceWorker.enable")
    report = send_report(page)
    yes(page)
    expect(page.get_by_text("HP ini diberi tahu saat ada kabar.")).to_be_visible(timeout=SOON)

    room.open(report)
    (push,) = pushes.wait_for(1)
    assert push.message["web_push"] == 8030
    ladder = f"**/api/v1/reports/{report['id']}"
    page.route(ladder, lambda route: route.abort())
    for _ in range(LOST_LOOKS):
        with page.expect_event("requestfailed", lambda request: report["id"] in request.url):
            page.evaluate("dispatchEvent(new Event('online'))")
    page.unroute(
        ladder
    )  # the page would look again by itself after half a minute: the next answer comes by the push
    registration = wait_for(lambda: seen and seen[-1]["registrationId"])
    delivery = {"origin": system.url, "registrationId": registration, "data": json.dumps(push.message)}
    worker.send("ServiceWorker.deliverPushMessage", delivery)
    (shown,) = wait_for(lambda: page.evaluate(SHOWN))
    declared = push.message["notification"]
    assert (shown["title"], shown["body"], shown["tag"]) == (
        declared["title"],
        declared["body"],
        declared["tag"],
    )
    assert shown["data"]["navigate"] == f"/laporan/{report['id']}"
    expect(page.locator(".ladder .last")).to_contain_text("Dibuka operator", timeout=10_000)
    wait_for(lambda: receipts(room)[0].shown_at)

    worker.send("ServiceWorker.deliverPushMessage", delivery)
    newer = push.message | {"notification": declared | {"body": "Kabar yang lebih baru"}}
    worker.send("ServiceWorker.deliverPushMessage", delivery | {"data": json.dumps(newer)})
    wait_for(lambda: page.evaluate(SHOWN)[-1]["body"] == "Kabar yang lebih baru")
    assert len(page.evaluate(SHOWN)) == 1, "the same report has one notification"

    assert reachable(room) == 1
    before = renewals(room)
    page.reload()
    wait_for(lambda: renewals(room) > before)
    page.get_by_role("button", name="Matikan").click()
    expect(page.get_by_text("Kabar hanya muncul di halaman ini.")).to_be_visible()
    assert reachable(room) == 0
    room.database.engine.dispose()


def send_report(page) -> dict:
    page.goto(page.url.split("?")[0] + "lapor?kind=fire")
    page.get_by_role("button", name="Kirim sekarang").click()
    page.locator(".ladder").wait_for()
    return {"id": page.url.rsplit("/", 1)[1]}


def receipts(room):
    with room.database.read() as session:
        return session.execute(text("SELECT shown_at, clicked_at FROM notification")).all()


def renewals(room) -> str:
    with room.database.read() as session:
        return session.execute(text("SELECT max(renewed_at) FROM push_subscription")).scalar_one()


def reachable(room) -> int:
    with room.database.read() as session:
        return session.execute(
            text("SELECT count(*) FROM push_subscription WHERE gone_at IS NULL")
        ).scalar_one()
