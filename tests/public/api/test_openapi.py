"""The interface keeps what openapi.json promises: generated requests to every operation, all checks, no failure."""

import re
import shutil
import uuid
from collections import Counter
from contextlib import ExitStack

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from config import Settings
from tests.support.api_sites import Site, load_schema, played_to
from tests.support.databases import ENGINES, own_database

DEVICE = f"{uuid.uuid4()}.{'1f' * 16}"
BEYOND_A_SCHEMA = {"positive_data_acceptance": {"expected-statuses": ["2xx", 422]}}
"""No schema can say which points lie on the curve of a push key, or how many photos a report has already."""
A_PIECE = {"positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 413]}}
"""Nor where an upload stands, and how much of it is still to come."""
NOT_ASKED = {"positive_data_acceptance": {"expected-statuses": ["2xx", 404]}}
"""Generated ids name nothing that the room asked, and what was never asked cannot be over."""
ANOTHERS = {"positive_data_acceptance": {"expected-statuses": ["2xx", 401]}}
"""A token opens its own report and no other."""
TOO_LARGE_TOO = {"negative_data_rejection": {"expected-statuses": [401, 404, 405, 409, 413, 415, 422]}}

TOO_OFTEN = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 422, 429]},
    "negative_data_rejection": {"expected-statuses": [404, 405, 413, 422, 429]},
}
"""Generated receipts are all wrong ones, and the eleventh in a minute is told so."""
REAL: dict[str, str] = {}
"""The report that is there."""
KEYS: list[str] = []
"""The idempotency keys that were sent."""
FROM_EDGES = 15
"""At least so many examples of an operation are not drawn: each limit of each field, from both sides."""
NOTHING_TO_VARY = {
    "GET /openapi.json",
    "GET /api/v1/push-key",
    "GET /api/v1/push-subscriptions",
    "GET /api/v1/city",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /api/v1/geo/kelurahan",
    "GET /api/v1/geo/kelurahan.geojson",
}
"""Operations that take neither parameter nor body: one request is all there is, beside other methods and headers."""


@pytest.fixture
def sites(long, make_app, secrets_template, tmp_path, request):
    """One site on each engine with --all, on SQLite without."""
    made = []
    with ExitStack() as stack:
        for engine_name in ENGINES if long else ENGINES[:1]:
            folder = shutil.copytree(secrets_template, tmp_path / engine_name)
            url = stack.enter_context(own_database(engine_name, folder, request))
            app = make_app(Settings(data=folder, database_url=url, push_allow_loopback=True))
            made.append(Site(app))
            made[-1].stand_in_for(made[0])
        yield made


@pytest.fixture
def examples(long):
    """How many requests to each operation."""
    return 300 if long else 40


@pytest.fixture
def chosen(sites, examples):
    """The settings of the run: one real report with its token, one device."""
    report_id = REAL["report_id"] = sites[0].report_id
    track = {"Authorization": f"Bearer {sites[0].token}"}
    return SchemathesisConfig.from_dict(
        {
            "seed": 112,
            "generation": {"max-examples": examples - FROM_EDGES, "mode": "all", "database": "none"},
            "headers": {"Accept-Encoding": "identity"},
            "phases": {"stateful": {"enabled": False}},
            "operations": [
                {
                    "include-path-regex": r"reports/\{report_id\}/",
                    "parameters": {"path.report_id": report_id},
                    "headers": track,
                },
                {"include-path-regex": r"reports/\{report_id\}$", "headers": track, "checks": ANOTHERS},
                {"include-path-regex": r"/media/\{media_id\}", "checks": A_PIECE},
                {"include-path-regex": "/(answers|positions|sharing-stops)$", "checks": NOT_ASKED},
                {"include-path-regex": r"/media$", "checks": BEYOND_A_SCHEMA | TOO_LARGE_TOO},
                {"include-path-regex": "/receipts", "checks": TOO_OFTEN},
                {
                    "include-path-regex": "push-subscriptions",
                    "headers": {"Siaga-Device": DEVICE},
                    "checks": BEYOND_A_SCHEMA,
                },
            ],
        }
    )


@schemathesis.serializer("application/offset+octet-stream")
def piece_of_a_photo(context, value):
    """Pieces are bytes, whatever is generated."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every other key is a UUID, as phones send them, the rest are as generated.

    Every other report followed is there. What goes to another site is the same once more.
    """
    if "app" in kwargs:
        return
    if case.operation.path.endswith("/{report_id}") and case.meta.generation.mode.is_positive:
        REAL["turn"] = "" if REAL.get("turn") else "real"
        if REAL["turn"]:
            case.path_parameters["report_id"] = REAL["report_id"]
    if "Idempotency-Key" in (case.headers or {}):
        if len(KEYS) % 2:
            case.headers["Idempotency-Key"] = str(uuid.uuid4())
        KEYS.append(case.headers["Idempotency-Key"])


def found_in(event):
    """Say what failed, with what was sent and answered; the requests themselves are not kept."""
    for case_id, checks in event.recorder.checks.items():
        found = event.recorder.interactions[case_id]
        for check in checks:
            if check.failure_info:
                failure = check.failure_info.failure
                yield f"{event.label} ({check.name}) {failure}\n{found.request.body}\n{found.response.text}"


@pytest.mark.timeout(1500)
def test_every_operation_keeps_its_promises(sites, chosen, examples):
    """Status, type, shape, refusals, rights, with good and with bad data; 300 examples each with --all, 40 without."""
    failures, requests = [], Counter()
    KEYS.clear()
    schema = load_schema(sites[0], chosen)
    with played_to(sites[1:]):
        for event in from_schema(schema).execute():
            fault = getattr(event, "value", None) or getattr(event, "exception", None)
            assert fault is None, f"{event.label}: {fault!r}"
            if isinstance(event, events.ScenarioFinished):
                requests[event.label] += len(event.recorder.interactions)
                failures += found_in(event)
    assert not failures, "\n\n".join(failures)
    varied = {
        f"{method.upper()} {path}": bool(operation.get("parameters") or operation.get("requestBody"))
        for path, operations in schema.raw_schema["paths"].items()
        for method, operation in operations.items()
    }
    assert {name for name, varies in varied.items() if not varies} == NOTHING_TO_VARY
    requests["GET /openapi.json"] += 1  # the generator has read it
    few = {
        name: requests[name]
        for name, varies in varied.items()
        if requests[name] < (examples if varies else 1)
    }
    assert not few, f"fewer than {examples} examples"
    assert len(set(KEYS)) >= examples // 4, "the key is among what varies"


def test_every_public_route_is_described(app):
    """Nobody has to guess what a program may ask; pages are for people."""
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, operations in app.test_client().get("/openapi.json").json["paths"].items()
        for method in operations
    }
    for_programs = re.compile(r"/api/v1/|/(healthz|readyz|metrics|openapi.json)$")
    routed = {
        (method, re.sub(r"<[^>]+>", "{}", rule.rule))
        for rule in app.url_map.iter_rules()
        if for_programs.match(rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routed == described - {entry for entry in described if entry[0] == "HEAD"}
