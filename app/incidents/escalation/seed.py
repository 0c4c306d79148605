"""Seed the default escalation policies; an administrator may change every line."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.incidents.escalation.models import EscalationPolicy, EscalationPolicyStep

SEEDED = {
    # policy: seconds until it restarts, steps of (after_s, recipient, means)
    "unopened": (
        120,
        (
            (0, "operators", "push"),
            (15, "supervisor", "push sms"),
            (45, "head", "push sms voice"),
        ),
    ),
    "forwarded": (None, ((0, "agency_first", "sms"),)),
    "unaccepted": (
        300,
        (
            (0, "agency_second", "push sms voice"),
            (30, "agency_head", "push sms voice"),
            (60, "supervisor", "push sms"),
            (90, "alternate", ""),
        ),
    ),
    "declined": (None, ((0, "alternate", ""), (0, "supervisor", "push"))),
}


def seed_policies(session: Session) -> None:
    """Insert missing policies; existing ones keep the administrator's changes."""
    have = set(session.scalars(select(EscalationPolicy.name)))
    for name, (again_after_s, steps) in SEEDED.items():
        if name in have:
            continue
        session.add(EscalationPolicy(name=name, again_after_s=again_after_s))
        session.flush()
        session.add_all(
            EscalationPolicyStep(ladder=name, place=index, after_s=after_s, who=who, means=means)
            for index, (after_s, who, means) in enumerate(steps, start=1)
        )
