"""The whole of push in Firefox: a step in the room is encrypted, sent, received, shown, clicked and acknowledged.

Nothing of it is played: Firefox keeps its own connection to a push service (ours, speaking its protocol), the real
worker sends to that service over TLS, Firefox decrypts, and the real service worker shows and answers.
"""

import pytest
from sqlalchemy import text

from tests.support.dispatchers import enter
from tests.support.firefox import push_preferences
from tests.support.phone import wait_for
from tests.support.push_service import PushService

TAP = "document.querySelector(arguments[0]).click()"
TAP_WORDS = """
  const found = [...document.querySelectorAll('button')].find((one) => one.innerText.trim() === arguments[0]);
  if (found) found.click();
  return !!found;
"""
CONTROLLED = """await (async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 20));
})()"""
SHOWN = """await (async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({title, body, tag}) => ({title, body, tag})))()"""
SHOWN_BY_BROWSER = 100


@pytest.fixture
def pushes(tmp_path):
    service = PushService(tmp_path)
    yield service
    service.stop()


@pytest.mark.long
@pytest.mark.engine("sqlite")
def test_a_step_in_the_room_is_shown_and_clicked(make_system, pushes, new_firefox):
    system = make_system(SIAGA_PUSH_AUTHORITIES=str(pushes.authority)).start()
    firefox = new_firefox(push_preferences(pushes.listen_for_browsers()))
    room = enter(system.url, system.data)
    filed = _report(firefox, system.url)
    _subscribe(firefox, room)

    room.open(filed)
    (push,) = pushes.wait_for(1)
    assert push.message is None, "only the browser holds its keys"
    assert not pushes.faults
    wait_for(lambda: list(pushes.acknowledged.values()) == [SHOWN_BY_BROWSER])
    (shown,) = wait_for(lambda: firefox.resolve(SHOWN))
    assert shown["title"] == f"Laporan {_number(room)}"
    assert shown["body"] == "Operator sedang membaca laporan Anda."
    wait_for(lambda: _receipts(room)[0].shown_at)

    room.forward(filed, "damkar", "psc119")
    wait_for(lambda: [item["body"] for item in firefox.resolve(SHOWN)] == ["Diteruskan ke Damkar, PSC 119."])
    wait_for(lambda: "Diteruskan" in firefox.run("return document.querySelector('.ladder').innerText"))

    firefox.open(f"{system.url}/")
    firefox.click_notification()
    wait_for(lambda: _receipts(room)[1].clicked_at)
    wait_for(lambda: f"/laporan/{filed['id']}" in _addresses(firefox))
    wait_for(lambda: [row.state for row in _receipts(room)] == ["sent", "sent"])

    firefox.open(f"{system.url}/laporan/{filed['id']}")
    wait_for(lambda: firefox.run(TAP_WORDS, "Matikan"))
    wait_for(lambda: _count(room, "SELECT count(*) FROM push_subscription") == 0)
    room.move(filed, "accept", "damkar")
    assert _count(room, "SELECT count(*) FROM notification") == 0, "nothing is kept for whoever left"
    room.database.engine.dispose()


@pytest.mark.long
@pytest.mark.engine("sqlite")
def test_a_phone_that_is_away_gets_the_newest_step_when_it_comes_back(make_system, pushes, new_firefox):
    system = make_system(SIAGA_PUSH_AUTHORITIES=str(pushes.authority)).start()
    firefox = new_firefox(push_preferences(pushes.listen_for_browsers()))
    room = enter(system.url, system.data)
    filed = _report(firefox, system.url)
    _subscribe(firefox, room)
    firefox.privileged("Services.io.offline = true;")
    room.open(filed)
    pushes.wait_for(1)
    room.forward(filed, "damkar")
    pushes.wait_for(2)
    firefox.privileged("Services.io.offline = false;")
    wait_for(
        lambda: [item["body"] for item in firefox.resolve(SHOWN)] == ["Diteruskan ke Damkar."], seconds=90
    )
    room.database.engine.dispose()


def _report(firefox, url: str) -> dict:
    firefox.open(url)
    firefox.resolve(CONTROLLED)
    firefox.run(TAP, "a[href='/lapor?kind=fire']")
    wait_for(lambda: firefox.run(TAP_WORDS, "Kirim sekarang"))
    wait_for(lambda: firefox.run("return !!document.querySelector('.ladder')"))
    return {"id": firefox.run("return location.pathname").rsplit("/", 1)[1]}


def _subscribe(firefox, room) -> None:
    """Say yes, and once more where a busy machine took longer than the page is patient."""
    wait_for(lambda: firefox.run(TAP_WORDS, "Ya, beri tahu"))

    def known():
        firefox.run(TAP_WORDS, "Coba lagi")
        return _count(room, "SELECT count(*) FROM push_subscription") == 1

    wait_for(known, seconds=90)


def _addresses(firefox) -> str:
    return str(
        firefox.privileged("""
          const found = [];
          for (const window of Services.wm.getEnumerator('navigator:browser'))
            for (const tab of window.gBrowser.tabs) found.push(tab.linkedBrowser.currentURI.spec);
          return found;
        """)
    )


def _receipts(room):
    query = "SELECT state, shown_at, clicked_at FROM notification ORDER BY event_seq"
    with room.database.read() as session:
        return session.execute(text(query)).all()


def _count(room, query: str) -> int:
    with room.database.read() as session:
        return session.execute(text(query)).scalar_one()


def _number(room) -> str:
    return f"B-{_count(room, 'SELECT number FROM report'):04d}"
