"""Define the tables of the rollup: samples by day, answers for the usual spans, and the last counted event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Words, one_of

DIMENSIONS = ("all", "agency", "kelurahan", "kind", "shift")


class StatDay(Base):
    """Statistics of one day for one value of one dimension; `percentiles.py` packs `samples`."""

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
    """Answer (JSON) for the `days` days until `until`; missing until it is computed again."""

    __tablename__ = "stat_span"
    dimension: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Code] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    until: Mapped[Code]
    answer: Mapped[Words]


class StatMark(Base):
    """The last event counted by the rollup, and when it was counted."""

    __tablename__ = "stat_mark"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime | None]
