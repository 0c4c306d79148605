"""Edit escalation policies; changes apply to timers that start later. One event per change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.errors import Invalid, NotFound
from app.eventlog.log import record_event, staff_actor
from app.incidents.escalation.models import CALLED, Ladder, LadderStep
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


def set_ladder(
    session: Session, staff_id: str, name: str, steps: Sequence[Step], again_after_s: int | None
) -> None:
    """Replace the steps of an escalation policy.

    Raises:
        NotFound: no such ladder.
        Invalid: naming each field that cannot be.
    """
    ladder = session.get(Ladder, name)
    if ladder is None:
        raise NotFound
    faults = [] if 0 < len(steps) <= STEPS_MAX else [("/steps", "ladder_steps")]
    for place, (after_s, who, means) in enumerate(steps):
        chosen = means.split()
        if not 0 <= after_s <= LATEST_S:
            faults.append((f"/steps/{place}/after_s", "ladder_seconds"))
        if who not in MAY_CALL[name] or not set(chosen) <= set(MEANS):
            faults.append((f"/steps/{place}/who", "unknown"))
        if who != "alternate" and not chosen:
            faults.append((f"/steps/{place}/means", "ladder_means"))
    if again_after_s is not None and not AGAIN_S[0] <= again_after_s <= AGAIN_S[1]:
        faults.append(("/again_after_s", "ladder_again"))
    if faults:
        raise Invalid(faults)
    ladder.again_after_s = again_after_s
    session.execute(delete(LadderStep).where(LadderStep.ladder == name))
    session.add_all(
        LadderStep(
            ladder=name,
            place=place,
            after_s=after_s,
            who=who,
            means="" if who == "alternate" else means,
        )
        for place, (after_s, who, means) in enumerate(sorted(steps, key=lambda step: step[0]), start=1)
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
