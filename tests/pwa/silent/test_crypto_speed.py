"""Sealing does not keep her waiting: 4 KiB for eight readers on a phone six times slower than this machine."""

import pytest

MEASURE = """async () => {
  const base = document.querySelector('script[type=module]').src.replace('pages/router.js', '');
  const { seal } = await import(`${base}silent/crypto/seal.js`);
  const { generateKeyPair } = await import(`${base}silent/crypto/hpke.js`);
  const recipients = [];
  for (let at = 0; at < 8; at += 1)
    recipients.push({ id: `000000000000000${at}`, publicKey: (await generateKeyPair()).publicKey });
  const plain = crypto.getRandomValues(new Uint8Array(4096));
  const took = [];
  for (let run = 0; run < 60; run += 1) {
    const began = performance.now();
    await seal({ report: 'x', purpose: 'narrative' }, { version: 1, recipients }, plain);
    took.push(performance.now() - began);
  }
  return took.slice(10).sort((a, b) => a - b);
}"""
P95_MS = 60
TRIES = 5
"""A machine that is busy with other things may be slow once, not five times."""


@pytest.mark.timed
def test_4_kib_for_eight_readers_at_a_sixth_of_the_speed(web, page):
    page.goto(web.url)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    found = []
    while not found or (found[-1] > P95_MS and len(found) < TRIES):
        took = page.evaluate(MEASURE)
        found.append(took[int(len(took) * 0.95)])
        print(f"\nsealing 4 KiB for 8 at 6 x: median {took[25]:.1f} ms, p95 {found[-1]:.1f} ms")
    assert found[-1] <= P95_MS
