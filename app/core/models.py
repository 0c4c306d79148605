"""Tables of the core: the event log, jobs, heartbeats, counters and stored settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of

ACTORS = ("reporter", "staff", "system")
JOB_STATES = ("waiting", "done", "failed")


class Event(Base):
    """What happened: append-only, gapless, chained. Holds ids and codes, never words, names or places."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(one_of("actor", ACTORS), name="actor"),
        Index("ix_event_incident_id_seq", "incident_id", "seq"),
    )
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    name: Mapped[Code]
    actor: Mapped[Code]
    actor_id: Mapped[Words | None]
    incident_id: Mapped[Id | None]
    report_id: Mapped[Id | None]
    data: Mapped[Words]
    hash: Mapped[Words]


class EventHead(Base):
    """The last link of the chain. Locked by every writer, so commit order is `seq` order."""

    __tablename__ = "event_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[Words]


class DayCounter(Base):
    """How many reports a day has had: `B-0421` is the 421st."""

    __tablename__ = "day_counter"
    day: Mapped[Code] = mapped_column(primary_key=True)
    last: Mapped[int]


class Job(Base):
    """Work for the worker, claimed by lease; a dead worker's job comes back when its lease ends."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint(one_of("state", JOB_STATES), name="state"),
        Index(
            "ix_job_due",
            "run_at",
            sqlite_where=text("state = 'waiting'"),
        ),
    )
    id: Mapped[Key]
    name: Mapped[Code]
    payload: Mapped[Words]
    state: Mapped[Code] = mapped_column(server_default="waiting")
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[Words | None]


class Heartbeat(Base):
    """When a process last said that it lives."""

    __tablename__ = "heartbeat"
    name: Mapped[Code] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Setting(Base):
    """A fact of the city that an administrator may change; `value` is JSON."""

    __tablename__ = "setting"
    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Words]
