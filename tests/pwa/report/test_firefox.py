"""The same way in Firefox, which has no Background Sync: the report leaves when the network is back."""

import pytest

from tests.support.phone import wait_for

TAP = "document.querySelector(arguments[0]).click()"
CONTROLLED = """await (async () => {
  await navigator.serviceWorker.ready;
  while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 20));
})()"""


def there(firefox, selector):
    wait_for(lambda: firefox.run("return !!document.querySelector(arguments[0])", selector))


@pytest.mark.long
def test_a_report_without_signal_leaves_when_the_network_is_back(web, firefox):
    firefox.open(web.url)
    firefox.resolve(CONTROLLED)
    firefox.privileged("Services.io.offline = true;")
    web.stop()  # Firefox reaches its own machine also when it is offline
    firefox.open(web.url + "/")
    firefox.run(TAP, "a[href='/lapor?kind=crime']")
    there(firefox, ".actions .button")
    key = firefox.run("return history.state.draft")
    firefox.run(TAP, ".actions .button")
    wait_for(lambda: "Menunggu sinyal" in firefox.run("return document.querySelector('main').innerText"))
    assert web.report(key) is None
    web.start()
    firefox.privileged("Services.io.offline = false;")
    row = wait_for(lambda: web.report(key))
    assert row["kind"] == "crime"
    there(firefox, ".ladder")
