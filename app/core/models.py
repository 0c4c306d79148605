"""Define the tables of the event log, jobs, heartbeats, counters and settings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of

ACTORS = ("reporter", "staff", "system")
JOB_STATES = ("waiting", "done", "failed")


class Event(Base):
    """An entry of the event log: append-only, gapless, hash-chained. Holds ids and codes; no text, name or position."""

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
    """The last entry of the chain. Every writer locks it, so commit order is `seq` order."""

    __tablename__ = "event_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[Words]


class DayCounter(Base):
    """The last report number of a day; `B-0421` is the 421st report."""

    __tablename__ = "day_counter"
    day: Mapped[Code] = mapped_column(primary_key=True)
    last: Mapped[int]


class Job(Base):
    """A background job, claimed by lease; the job of a dead worker is due again when its lease ends."""

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
    """The last sign of life of a process."""

    __tablename__ = "heartbeat"
    name: Mapped[Code] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Setting(Base):
    """A setting that an administrator may change; `value` is JSON."""

    __tablename__ = "setting"
    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Words]
