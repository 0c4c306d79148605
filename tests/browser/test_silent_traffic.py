"""S7: who listens on the wire cannot tell a silent report from a fire: host, path, body bucket, number of requests."""

import random
import time
from collections import Counter

import pytest

from tests.support.phone import CONTROLLED
from tests.support.quiet import loaded
from tests.support.wire import Wire

SESSIONS, LONG = 16, 400
AT_ONCE = 10
STAY_S = (1.0, 6.0)
"""How long somebody looks at what became of the report."""
ENOUGH_S = 900
BY_ITSELF = """async ([kind, words, stay]) => {
  const next = (ms) => new Promise((go) => setTimeout(go, ms));
  const until = async (look) => {
    for (let found; ; await next(20)) if ((found = look())) return found;
  };
  const at = (css, text = '') =>
    until(() => [...document.querySelectorAll(css)].find((one) => one.textContent.includes(text)));
  const write = async (css) => {
    const field = await at(css);
    field.value = words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  await at('link[href*="silent.css"]');
  await next(400);
  if (kind === 'fire') {
    (await at('a.tile', 'Kebakaran')).click();
    await at('body', 'Lokasi ditemukan');
    if (words) {
      (await at('.actions .button', 'Lanjut')).click();
      await write('#words');
    }
    (await at('.actions .button', 'Kirim')).click();
    await at('.ladder');
  } else {
    (await at('#quiet summary')).click();
    await at('#hush .place', 'siap');
    if (words) {
      (await at('#hush .rows .row')).click();
      for (let step = 0; step < 2; step += 1) (await at('#hush .actions .quiet:not([hidden])')).click();
      await write('#hush textarea');
      (await at('#hush .actions .button')).click();
    } else (await at('#hush .help')).click();
    await at('#hush .state h1', 'Terkirim');
  }
  await next(stay);
  globalThis.over = true;
}"""


class Listened:
    """One phone after another person's hand: from home to a report that is followed for a while."""

    def __init__(self, refuge, new_context):
        self.wire = Wire(refuge.web.port)
        self.page = new_context().new_page()
        self.page.goto(self.wire.url)
        self.page.evaluate(CONTROLLED)
        loaded(self.page)
        self.kind = None

    def begin(self, kind, dice):
        """Start a session; the page goes through it by itself, so that many go on at once."""
        self.kind, much = kind, dice.random() < 0.5
        words = ("Api " if kind == "fire" else "Ia ") * dice.randrange(1, 400) if much else ""
        self.page.goto("about:blank")
        self.wire.passed.clear()
        self.page.goto(self.wire.url, wait_until="commit")
        self.page.evaluate(f"(told) => void ({BY_ITSELF})(told)", [kind, words, dice.uniform(*STAY_S) * 1000])

    def over(self):
        """Also the browser's own look for a newer worker is over: it comes some time after each visit."""
        return self.page.evaluate("globalThis.over === true") and any(
            one.path == "/sw.js" for one in list(self.wire.passed)
        )

    def end(self):
        """Return which it was and what passed by."""
        return self.kind, Counter((one.method, one.path, one.buckets) for one in self.wire.passed)


def told_apart(sessions):
    """How often a listener is right who compares with the five most alike among all the others."""
    right, dice = 0, random.Random(5)
    for kind, seen in sessions:
        others = sorted(
            (
                (sum(((seen - other) + (other - seen)).values()), dice.random(), name)
                for name, other in sessions
                if other is not seen
            )
        )
        votes = Counter(name for *_, name in others[:5])
        right += votes.most_common(1)[0][0] == kind
    return right / len(sessions)


@pytest.mark.timeout(1800)
def test_a_silent_report_looks_like_a_fire_on_the_wire(refuge, new_context, long):
    dice = random.Random(7)
    kinds = ["fire", "silent"] * ((LONG if long else SESSIONS) // 2)
    dice.shuffle(kinds)
    phones, busy, done = [Listened(refuge, new_context) for _ in range(AT_ONCE)], [], []
    began = time.monotonic()
    while kinds or busy:
        assert time.monotonic() - began < ENOUGH_S
        for phone in [one for one in busy if one.over()]:
            done.append(phone.end())
            busy.remove(phone)
        for phone in phones:
            if kinds and phone not in busy:
                phone.begin(kinds.pop(), dice)
                busy.append(phone)
        phones[0].page.wait_for_timeout(20)
    for phone in phones:
        phone.wire.close()
    follow = ("GET", "/api/v1/reports/{}", 0)
    once = {
        kind: {
            frozenset((k, n) for k, n in seen.items() if k != follow) for name, seen in done if name == kind
        }
        for kind in ("fire", "silent")
    }
    for kind, ways in once.items():
        print("\n", kind, *ways, "asked again:", sorted(seen[follow] for name, seen in done if name == kind))
    assert once["fire"] == once["silent"]
    assert all(seen[follow] for _, seen in done)
    assert all(seen["POST", "/api/v1/reports", 1] == 1 for _, seen in done)
    accuracy = told_apart(done)
    took = time.monotonic() - began
    print(f"S7: a listener is right in {accuracy:.1%} of {len(done)} sessions, {took:.0f} s")
    if long:
        assert accuracy <= 0.55
