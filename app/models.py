"""Import every module that declares tables, so that migrations and tests see all of them."""

from __future__ import annotations

import app.accounts.drills
import app.accounts.models
import app.agencies.models
import app.core.models
import app.geo.models
import app.incidents.calls.exchange
import app.incidents.control_room.crew_notes
import app.incidents.control_room.handover
import app.incidents.control_room.shifts
import app.incidents.duplicates.major_incident
import app.incidents.duplicates.models
import app.incidents.escalation.models
import app.incidents.lifecycle.transfer
import app.incidents.models
import app.incidents.reporter.conversation_models
import app.incidents.reporter.still_ongoing_models
import app.incidents.trust.strikes
import app.notifications.gateway.models
import app.notifications.webpush.models
import app.reports.models
import app.self_test.models
import app.silent.models
import app.silent.sealed_models
import app.statistics.models
from app.core.db import Base

metadata = Base.metadata
