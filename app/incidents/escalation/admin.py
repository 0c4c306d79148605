"""Edit escalation policies; changes apply to timers that start later. One event per change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.errors import Invalid, NotFound
from app.eventlog.log import record_event, staff_actor
from app.incidents.escalation.models import CALLED, EscalationPolicy, EscalationPolicyStep
from app.incidents.escalation.set_timers import Step
from app.notifications.gateway.models import MEANS

ROOM: Final = ("operators", "supervisor", "head")
MAY_CALL: Final[Mapping[str, Sequence[str]]] = {
    "unopened": ROOM,
    "forwarded": ("agency_first", "agency_second", "agency_head"),
    "unaccepted": tuple(item for item in CALLED if item != "operators"),
    "declined": ("supervisor", "head", "alternate"),
}
"""Recipients that each policy may call; `forwarded` may only call the assigned agency."""
STEPS_MAX: Final = 12
LATEST_S: Final = 3600
AGAIN_S: Final = (30, 86_400)


def set_policy(
    session: Session, staff_id: str, name: str, steps: Sequence[Step], again_after_s: int | None
) -> None:
    """Replace the steps of an escalation policy.

    Raises:
        NotFound: no such policy.
        Invalid: names each invalid field.
    """
    policy = session.get(EscalationPolicy, name)
    if policy is None:
        raise NotFound
    faults = [] if 0 < len(steps) <= STEPS_MAX else [("/steps", "ladder_steps")]
    for index, (after_s, who, means) in enumerate(steps):
        chosen_means = means.split()
        if not 0 <= after_s <= LATEST_S:
            faults.append((f"/steps/{index}/after_s", "ladder_seconds"))
        if who not in MAY_CALL[name] or not set(chosen_means) <= set(MEANS):
            faults.append((f"/steps/{index}/who", "unknown"))
        if who != "alternate" and not chosen_means:
            faults.append((f"/steps/{index}/means", "ladder_means"))
    if again_after_s is not None and not AGAIN_S[0] <= again_after_s <= AGAIN_S[1]:
        faults.append(("/again_after_s", "ladder_again"))
    if faults:
        raise Invalid(faults)
    policy.again_after_s = again_after_s
    session.execute(delete(EscalationPolicyStep).where(EscalationPolicyStep.ladder == name))
    session.add_all(
        EscalationPolicyStep(
            ladder=name,
            place=index,
            after_s=after_s,
            who=who,
            means="" if who == "alternate" else means,
        )
        for index, (after_s, who, means) in enumerate(sorted(steps, key=lambda step: step[0]), start=1)
    )
    session.flush()
    record_event(
        session,
        staff_actor(staff_id),
        "ladder_changed",
        ladder=name,
        steps=len(steps),
        again_after_s=again_after_s,
    )
