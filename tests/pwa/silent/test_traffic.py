"""S7: who listens on the wire cannot tell a silent report from a fire: host, path, body bucket, number of requests."""

import random
import statistics
import time
from collections import Counter
from functools import cache

import pytest

from tests.support.phone import CONTROLLED, wait_for
from tests.support.silent_flow import loaded
from tests.support.traffic import Wire

SESSIONS, LONG = 4, 400
AT_ONCE, LONG_AT_ONCE = 2, 10
STAY_S, LONG_STAY_S = (1.0, 3.0), (1.0, 6.0)
"""How long somebody looks at what became of the report, from the moment that it was sent."""
ENOUGH_S = 900
FOLDS, NEAREST = 10, 5
FOLLOW = ("GET", "/api/v1/reports/{}", 0)
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
  const sent = new Promise((go) => siaga.listen((news) => news.what === 'sent' && go(Date.now())));
  if (kind === 'fire') {
    (await at('a.tile', 'Kebakaran')).click();
    await at('body', 'Lokasi ditemukan');
    if (words) {
      (await at('.actions .button', 'Lanjut')).click();
      await write('#words');
    }
    (await at('.actions .button', 'Kirim')).click();
  } else {
    (await at('#quiet summary')).click();
    await at('#hush .place', 'siap');
    if (words) {
      (await at('#hush .rows .row')).click();
      for (let step = 0; step < 2; step += 1) (await at('#hush .actions .quiet:not([hidden])')).click();
      await write('#hush textarea');
      (await at('#hush .actions .button')).click();
    } else (await at('#hush .help')).click();
  }
  globalThis.put_away = ((await sent) + stay) / 1000;
  await next(stay);
  await at(kind === 'fire' ? '.ladder' : '#hush .state h1', kind === 'fire' ? '' : 'Terkirim');
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
        self.plan = None

    def begin(self, plan):
        """Start a session; the page goes through it by itself, so that many go on at once."""
        self.plan = plan
        _, kind, much, stay = plan
        words = ("Api " if kind == "fire" else "Ia ") * much
        self.page.goto("about:blank")
        self.wire.passed.clear()
        self.page.goto(self.wire.url, wait_until="commit")
        self.page.evaluate(f"(sent) => void ({BY_ITSELF})(sent)", [kind, words, stay * 1000])

    def over(self):
        """Also the browser's own look for a newer worker is over: it comes some time after each visit."""
        paths = {item.path for item in list(self.wire.passed)}
        return {"/sw.js", FOLLOW[1]} <= paths and self.page.evaluate("globalThis.over === true")

    def end(self):
        """Return the session's pair, which kind it was, and what passed by until the phone was put away."""
        until = self.page.evaluate("globalThis.put_away")
        kept = [item for item in self.wire.passed if item.at <= until or item.path == "/sw.js"]
        pair, kind, *_ = self.plan
        return pair, kind, Counter((item.method, item.path, item.buckets) for item in kept)


def planned(sessions, dice, stay_s):
    """Pairs of a fire and a silent report that differ in nothing else: as many words, as long a look at it."""
    pairs = sessions // 2
    least, most = stay_s
    step = (most - least) / pairs
    plans = []
    for pair in range(pairs):
        much = dice.randrange(1, 400) if dice.random() < 0.5 else 0
        stay = least + step * (pair + dice.random())
        plans += [(pair, kind, much, stay) for kind in ("fire", "silent")]
    dice.shuffle(plans)
    return plans


@cache
def differences(seen, other):
    """Return in how many requests two sessions differ; each is a set of (request, how often)."""
    seen, other = Counter(dict(seen)), Counter(dict(other))
    return sum(((seen - other) + (other - seen)).values())


def told_apart(sessions):
    """How often a listener is right, and half the width of the 95 % interval.

    He has heard nine tenths of the pairs and knows what each was; of the others he judges every session by the five
    most alike that he knows, and all that are as much alike as those: no lot decides. A tie is half a hit. Both of a
    pair are always judged together, so that what one of them is does not speak for the other.
    """
    names = sorted({pair for pair, *_ in sessions})
    random.Random(5).shuffle(names)
    fold = {pair: place % FOLDS for place, pair in enumerate(names)}
    hits = {pair: [] for pair in names}
    heard = [(pair, kind, frozenset(seen.items())) for pair, kind, seen in sessions]
    for pair, kind, seen in heard:
        known = sorted(
            (differences(seen, other), name) for item, name, other in heard if fold[item] != fold[pair]
        )
        votes = Counter(name for far, name in known if far <= known[NEAREST - 1][0])
        mine, all_of_them = votes[kind], votes.total()
        hits[pair].append((mine * 2 > all_of_them) + (mine * 2 == all_of_them) / 2)
    each = [statistics.fmean(of_pair) for of_pair in hits.values()]
    return statistics.fmean(each), 1.96 * statistics.stdev(each) / len(each) ** 0.5


NOTHING_DRAWN = """() => siaga.listen((news) => {
  if (news.what === 'sent') Element.prototype.replaceChildren = () => { throw new Error('not drawn'); };
})"""


def recorded(kind, polls):
    return kind, Counter({("POST", "/api/v1/reports", 1): 1, FOLLOW: polls})


def test_the_listener_hears_a_difference_and_none_where_there_is_none():
    dice = random.Random(3)
    looks = [dice.choice([1, 2, 3]) for _ in range(200)]
    for more, least, most in ((0, 0.5, 0.5), (1, 0.66, 0.75), (3, 1.0, 1.0)):
        pairs = [
            (pair, *recorded(kind, polls + more * (kind == "silent")))
            for pair, polls in enumerate(looks)
            for kind in ("fire", "silent")
        ]
        assert least <= told_apart(pairs)[0] <= most


@pytest.mark.parametrize("kind", ["fire", "silent"])
def test_the_first_look_waits_for_no_screen(used_phone, kind):
    """What is drawn after sending is another screen for each kind; the wire must not tell how long that takes."""
    page = used_phone.open()
    loaded(page)
    page.evaluate(NOTHING_DRAWN)
    with page.expect_request("**/api/v1/reports/*-*") as requests:
        page.evaluate(f"(sent) => void ({BY_ITSELF})(sent)", [kind, "", 0])
    assert requests.value.method == "GET"
    assert requests.value.response().status == 200


@pytest.mark.timeout(1800)
def test_a_silent_report_looks_like_a_fire_on_the_wire(refuge, new_context, long):
    sessions, at_once, stay_s = (LONG, LONG_AT_ONCE, LONG_STAY_S) if long else (SESSIONS, AT_ONCE, STAY_S)
    plans = planned(sessions, random.Random(7), stay_s)
    phones, busy, done = [Listened(refuge, new_context) for _ in range(at_once)], [], []
    began = time.monotonic()

    def all_done():
        for phone in [item for item in busy if item.over()]:
            done.append(phone.end())
            busy.remove(phone)
        for phone in phones:
            if plans and phone not in busy:
                phone.begin(plans.pop())
                busy.append(phone)
        return not busy

    wait_for(all_done, ENOUGH_S, page=phones[0].page)
    for phone in phones:
        phone.wire.close()
    once = {
        kind: {
            frozenset((k, n) for k, n in seen.items() if k != FOLLOW)
            for _, name, seen in done
            if name == kind
        }
        for kind in ("fire", "silent")
    }
    for kind, ways in once.items():
        looks = Counter(seen[FOLLOW] for _, name, seen in done if name == kind)
        print("\n", kind, *ways, "looks:", sorted(looks.items()))
    assert once["fire"] == once["silent"]
    assert all(seen["POST", "/api/v1/reports", 1] == 1 for *_, seen in done)
    if long:
        accuracy, width = told_apart(done)
        took = time.monotonic() - began
        print(
            f"S7: a listener is right in {accuracy:.1%} ± {width:.1%} of {len(done)} sessions, {took:.0f} s"
        )
        assert accuracy <= 0.55
