"""Build the template context of a conversation: requests, answers, shared positions, needs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.console.shared.layout import gazetteer
from app.console.shared.place_map import drawing_at
from app.core.clock import now
from app.core.i18n import say
from app.incidents.detail import Dossier
from app.incidents.reporter import question_table, questions, read_receipts, shared_position
from app.notifications.wording import UNSPOKEN_KINDS


def conversation_context(session: Session, found: Dossier) -> dict[str, Any]:
    """Return the conversation context of the incident page and of an agency's task page."""
    moment = now()
    reports = {entry.report.id: entry.report for entry in found.reports}
    asks = questions.of_reports(session, reports)
    shared = shared_position.of_reports(session, reports)
    running = [row for row in asks if questions.shares(row, moment)]
    return {
        "asks": [(row, questions.words(row, reports[row.report_id].locale)) for row in reversed(asks)],
        "sharings": [
            (row, max(1, round((row.until - moment).total_seconds() / 60))) for row in running if row.until
        ],
        "shared": shared,
        "shared_drawing": drawing_at(
            gazetteer(),
            shared[0].lat,
            shared[0].lon,
            shared[0].accuracy_m or 0.0,
            [(item.lat, item.lon) for item in shared[1:20]],
        )
        if shared
        else None,
        "talk_needs": read_receipts.needs(session, list(reports)),
        "questions": question_table.questions(found.incident.kind),
        "replies": question_table.replies(found.incident.kind),
        "reply_words": lambda code, language: say(language, f"ask.r.{code}"),
        "may_ask": not {found.incident.kind, *(report.kind for report in reports.values())} & UNSPOKEN_KINDS,
    }
