"""Nothing can be posted to the console that the naughty words were not tried on."""

import pytest

from tests.support.console_forms import DOORS


@pytest.mark.engine("sqlite")
def test_every_address_that_is_posted_to_stands_in_the_table(app):
    posted = {
        rule.endpoint.removeprefix("console.")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/console") and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    }
    assert posted == {door.endpoint for door in DOORS}, "add it to tests/support/console_forms.py"
