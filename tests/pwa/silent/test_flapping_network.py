"""S18: on a network that loses requests and answers, *Terkirim* is never said before the durable answer."""

import random
import time

import pytest

from tests.support.phone import CONTROLLED, wait_for
from tests.support.silent_flow import loaded

RUNS, LONG = 4, 500
AT_ONCE, LONG_AT_ONCE = 1, 2
ENOUGH_S = 900
ASK_AGAIN = """async (runs) => {
  const next = (ms) => new Promise((go) => setTimeout(go, ms));
  const until = async (look) => {
    for (let found; ; await next(5)) if ((found = look())) return found;
  };
  const one = (css) => document.querySelector(css);
  const head = () => one('#hush .state h1')?.textContent ?? '';
  globalThis.shownAt = [];
  let begun = 0;
  const watch = new MutationObserver(() => {
    if (/^(Terkirim|Sent) /.test(head()) && shownAt.length < begun)
      shownAt.push([begun, performance.timeOrigin + performance.now()]);
  });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  for (let run = 0; run < runs; run += 1) {
    one('#quiet summary').click();
    const help = await until(() => /siap/.test(one('#hush .place')?.textContent ?? '') && one('#hush .help'));
    begun = run + 1;
    help.click();
    while (shownAt.length < begun) {
      dispatchEvent(new Event('siaga:send'));
      await next(20);
    }
    dispatchEvent(new PopStateEvent('popstate'));
  }
}"""


class Flapping:
    """A phone whose requests and answers get lost, or meet a server that is busy or talks nonsense."""

    def __init__(self, refuge, new_context, dice):
        self.page = new_context().new_page()
        self.page.goto(refuge.url)
        self.page.evaluate(CONTROLLED)
        loaded(self.page)
        self._dice, self._faults, self.answered = dice, {}, []
        self.page.context.route("**/api/v1/reports", self._flap)

    def _flap(self, route):
        key = route.request.headers["idempotency-key"]
        if key not in self._faults:
            kinds = ["answer lost", "request lost", "busy", "nonsense"]
            self._faults[key] = self._dice.choices(kinds, k=len(self._faults) % 4)
        faults = self._faults[key]
        how = faults.pop() if faults else None
        if how == "request lost":
            return route.abort()
        if how in {"busy", "nonsense"}:
            status = {"busy": 503, "nonsense": 200}[how]
            return route.fulfill(status=status, body="<html>", content_type="text/html")
        answer = route.fetch()
        if how == "answer lost":
            return route.abort()
        self.answered.append(time.time() * 1000)
        return route.fulfill(response=answer)

    def begin(self, runs):
        self.page.evaluate(f"(runs) => void ({ASK_AGAIN})(runs)", runs)

    def shown(self):
        return self.page.evaluate("globalThis.shownAt.map(([, at]) => at)")


@pytest.mark.timeout(1200)
def test_sent_is_never_said_before_the_durable_answer(refuge, new_context, long):
    """S18: 500 runs of two phones with `long`, 4 otherwise; up to three faults before each answer."""
    dice = random.Random(18)
    runs, at_once = (LONG, LONG_AT_ONCE) if long else (RUNS, AT_ONCE)
    phones = [Flapping(refuge, new_context, dice) for _ in range(at_once)]
    before, began = len(refuge.cases()), time.monotonic()
    for phone in phones:
        phone.begin(runs // at_once)
    all_said = lambda: all(len(phone.shown()) >= runs // at_once for phone in phones)
    wait_for(all_said, ENOUGH_S, page=phones[0].page, every=0.1)
    for phone in phones:
        shown = phone.shown()
        assert len(shown) == len(phone.answered) == runs // at_once
        assert all(received >= answered for received, answered in zip(shown, phone.answered, strict=True))
    assert len(refuge.cases()) == before + runs, "every one arrived once"
    print(f"\nS18: 0 of {runs} said it too early, {time.monotonic() - began:.0f} s")
