"""A report as a plain form: the same report as by script, with nothing of it lost when something is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from app.core.domain import KINDS
from app.core.errors import Invalid
from app.core.ids import is_id, new_id
from app.public.api.report_intake import KEY, body, said
from app.public.api.schemas.requests import ReportSent
from app.public.pages.multipart import Parts
from app.reports.report_draft import ReportDraft

MOST_FIELDS = 64
ANSWER = "answer."
"""Prefix of a question's field: `answer.people_trapped`."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, exactly as it was written."""

    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        """Return a field's words, empty when it was not filled."""
        return self.fields.get(name, "")

    __getattr__ = get

    @property
    def kind(self) -> str | None:
        """The kind, or None while none of ours is chosen."""
        chosen = self.get("kind")
        return chosen if chosen in KINDS else None


def empty(kind: str | None) -> Filled:
    """Return a form nobody has filled yet; its key makes a second send the same report."""
    return Filled({"key": new_id(), "kind": kind or "", "may_call": "yes"})


def read_form(environ: Mapping[str, Any]) -> Filled:
    """Read the form that was posted.

    Raises:
        TooLarge: more than a report may be.
        Invalid: more fields than any form of ours has.
    """
    text = body(environ).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Invalid([("", "too_many_fields")]) from None
    return filled_with(pairs)


def parts_of(environ: Mapping[str, Any]) -> Parts | None:
    """Return the form that was posted with its photos still on the way; None for one that can have none.

    Raises:
        TooLarge, Invalid: as `read_form`.
    """
    is_parts = environ.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data")
    return Parts(environ) if is_parts else None


def filled_with(pairs: Iterable[tuple[str, str]]) -> Filled:
    """Return a form with these words; one without a usable key gets one."""
    fields = {name: words.replace("\r\n", "\n") for name, words in pairs}
    if not is_id(fields.get("key", "")):
        fields["key"] = new_id()
    return Filled(fields)


def report_of(form: Filled, locale: str) -> ReportDraft:
    """Return what the form says as a report."""
    return replace(said(sent_of(form, locale), {KEY: form.get("key")}), channel="form")


def _found(chosen: str) -> dict[str, Any]:
    """Return the place that was chosen among those found, as `latitude,longitude,name`; nothing when it is none."""
    lat, _, rest = chosen.partition(",")
    lon = rest.partition(",")[0]
    try:
        at = {"lat": float(lat), "lon": float(lon)}
    except ValueError:
        return {}
    if not (abs(at["lat"]) <= 90 and abs(at["lon"]) <= 180):
        return {}
    return {"source": "address", **at, "kelurahan": None}


def sent_of(form: Filled, locale: str) -> ReportSent:
    """Return what the form says as a program would send it."""
    kelurahan = form.get("kelurahan")
    found = _found(form.get("found"))
    document = {
        "kind": form.kind or "other",
        "location": {
            "source": "kelurahan" if kelurahan else "none",
            "kelurahan": kelurahan or None,
            "landmark": form.get("landmark") or None,
            **found,
        },
        "description": form.get("description") or None,
        "answers": {
            name.removeprefix(ANSWER): words
            for name, words in form.fields.items()
            if name.startswith(ANSWER) and words
        },
        "contact": {
            "name": None,
            "phone": form.get("phone") or None,
            "may_call": form.get("may_call") == "yes",
        },
        "locale": locale,
    }
    return ReportSent.model_validate(document)
