"""Reads a report from a plain form, and keeps its fields to show them again after a fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from app.core.domain import KINDS
from app.core.errors import Invalid
from app.core.ids import is_id, new_id
from app.public.api.report_intake import KEY, body, draft_report
from app.public.api.schemas.requests import ReportSent
from app.public.pages.multipart import Parts
from app.reports.report_draft import ReportDraft

MOST_FIELDS = 64
ANSWER = "answer."
"""Prefix of a question's field: `answer.people_trapped`."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Holds the fields of a form exactly as they were sent."""

    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        """Return the text of a field; empty when it was not filled."""
        return self.fields.get(name, "")

    __getattr__ = get

    @property
    def kind(self) -> str | None:
        """Return the kind; None unless a known one was chosen."""
        chosen = self.get("kind")
        return chosen if chosen in KINDS else None


def empty(kind: str | None) -> Filled:
    """Return an empty form; its key makes a second send the same report."""
    return Filled({"key": new_id(), "kind": kind or "", "may_call": "yes"})


def read_form(environ: Mapping[str, Any]) -> Filled:
    """Read a posted form.

    Raises:
        TooLarge: more than 64 KiB.
        Invalid: more than `MOST_FIELDS` fields.
    """
    text = body(environ).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Invalid([("", "too_many_fields")]) from None
    return filled_with(pairs)


def parts_of(environ: Mapping[str, Any]) -> Parts | None:
    """Return a posted multipart form with its photos still unread; None for a form of another type.

    Raises:
        TooLarge, Invalid: as `read_form`.
    """
    is_parts = environ.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data")
    return Parts(environ) if is_parts else None


def filled_with(pairs: Iterable[tuple[str, str]]) -> Filled:
    """Return a form with these fields, and a new key unless they have a usable one."""
    fields = {name: text.replace("\r\n", "\n") for name, text in pairs}
    if not is_id(fields.get("key", "")):
        fields["key"] = new_id()
    return Filled(fields)


def report_of(form: Filled, locale: str) -> ReportDraft:
    """Return the form as a report draft."""
    return replace(draft_report(sent_of(form, locale), {KEY: form.get("key")}), channel="form")


def _chosen_place(chosen: str) -> dict[str, Any]:
    """Return the place that was chosen in the list (`latitude,longitude,name`); empty when it is not readable."""
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
    """Return the form as the API's request body."""
    kelurahan = form.get("kelurahan")
    place = _chosen_place(form.get("found"))
    document = {
        "kind": form.kind or "other",
        "location": {
            "source": "kelurahan" if kelurahan else "none",
            "kelurahan": kelurahan or None,
            "landmark": form.get("landmark") or None,
            **place,
        },
        "description": form.get("description") or None,
        "answers": {
            name.removeprefix(ANSWER): text
            for name, text in form.fields.items()
            if name.startswith(ANSWER) and text
        },
        "contact": {
            "name": None,
            "phone": form.get("phone") or None,
            "may_call": form.get("may_call") == "yes",
        },
        "locale": locale,
    }
    return ReportSent.model_validate(document)
