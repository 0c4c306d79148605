"""Tables of the rollup: samples by day, answers for the usual spans, and how far the log has been counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Words, one_of

DIMENSIONS = ("all", "agency", "kelurahan", "kind", "shift")


class StatDay(Base):
    """What a day's incidents came to, for one value of one dimension; `samples` are packed by `samples.py`."""

    __tablename__ = "stat_day"
    __table_args__ = (CheckConstraint(one_of("dimension", DIMENSIONS), name="dimension"),)
    dimension: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Code] = mapped_column(primary_key=True)
    day: Mapped[Code] = mapped_column(primary_key=True, index=True)
    incidents: Mapped[int]
    reports: Mapped[int]
    normal: Mapped[int]
    ghost: Mapped[int]
    prank: Mapped[int]
    information: Mapped[int]
    duplicate: Mapped[int]
    unclosed: Mapped[int]
    samples: Mapped[bytes] = mapped_column(LargeBinary)


class StatSpan(Base):
    """The answer for the last `days` days until `until`, JSON; missing while it is being made anew."""

    __tablename__ = "stat_span"
    dimension: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Code] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    until: Mapped[Code]
    answer: Mapped[Words]


class StatMark(Base):
    """The last event that the rollup knows of, and when it was counted."""

    __tablename__ = "stat_mark"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime | None]
