"""The supervisor's room: now, statistics, one incident looked at afterwards, audit, handover of a shift."""
