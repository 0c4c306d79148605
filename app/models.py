"""Every table, imported once: what migrations and tests look at."""

from app.accounts import drills
from app.accounts import models as accounts
from app.agencies import models as agencies
from app.core import models as core
from app.core.db import Base
from app.geo import models as geo
from app.incidents import models as dispatch
from app.incidents.control_room import crew_notes, handover, shifts
from app.incidents.duplicates import models as merging
from app.incidents.escalation import models as escalation
from app.incidents.reporter import conversation_models as talk
from app.incidents.reporter import still_ongoing_models as still
from app.incidents.trust import strikes
from app.notifications.gateway import models as means
from app.notifications.webpush import models as push
from app.reports import models as reports
from app.self_test import models as canary
from app.silent import models as safety
from app.silent import sealed_models as sealed
from app.statistics import models as statistics

metadata = Base.metadata

__all__ = [
    "accounts",
    "agencies",
    "canary",
    "core",
    "crew_notes",
    "dispatch",
    "drills",
    "escalation",
    "geo",
    "handover",
    "lines",
    "major",
    "means",
    "merging",
    "metadata",
    "neighbours",
    "push",
    "reports",
    "safety",
    "sealed",
    "shifts",
    "statistics",
    "still",
    "strikes",
    "talk",
]
