"""Closed lists at the edge: a code is read from any body, everything else is an unknown value and no wrong type."""

from __future__ import annotations

import json

import pytest

from app.core.errors import Invalid
from app.http.body import read
from app.incidents.reporter.conversation_models import Answer
from app.public.api.schemas.conversation import AnswerSent
from app.public.api.schemas.requests import LocationSent, SignalSent
from app.reports.models import Signal, Source

ASK = {"ask": "0192a0b0-0000-7000-8000-000000000000"}
LISTS = [
    (AnswerSent, ASK, "answer", Answer),
    (SignalSent, {}, "signal", Signal),
    (LocationSent, {}, "source", Source),
]
BROKEN = b"\xef\xbb\xbf"
"""A byte order mark: the strict reader refuses it, the generous one does not."""


@pytest.mark.parametrize(("shape", "rest", "name", "enumeration"), LISTS)
@pytest.mark.parametrize("mark", [b"", BROKEN], ids=["whole", "broken"])
def test_every_code_is_read(shape, rest, name, enumeration, mark):
    for code in enumeration:
        sent = read(shape, mark + json.dumps(rest | {name: code}).encode())
        assert getattr(sent, name) is code
        assert f"{getattr(sent, name)}" == code.value


@pytest.mark.parametrize("closed_list", LISTS)
@pytest.mark.parametrize("mark", [b"", BROKEN], ids=["whole", "broken"])
@pytest.mark.parametrize("value", ["", "YES", "Signal.SAFE", 5, 1.5, True, [], {}])
def test_all_else_is_an_unknown_value(closed_list, mark, value):
    shape, rest, name, _ = closed_list
    with pytest.raises(Invalid) as refused:
        read(shape, mark + json.dumps(rest | {name: value}).encode())
    assert refused.value.faults == [(f"/{name}", "unknown_value")]
