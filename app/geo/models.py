"""Define the tables of kelurahan, landmarks and geocoder answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Key, Words, one_of

LANDMARK_KINDS = (
    "landmark",
    "island",
    "office",
    "health",
    "school",
    "worship",
    "market",
    "harbour",
    "industry",
    "street",
    "rt",
)
"""Kinds of landmarks; `rt` is a neighbourhood, with its outline where one was imported."""

GEOCODE_STATES = ("waiting", "asking", "found", "none", "failed")


class Kelurahan(Base):
    """A kelurahan of the city, with a point, and an outline once imported."""

    __tablename__ = "kelurahan"
    code: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[Words]
    kecamatan: Mapped[Words]
    lat: Mapped[float]
    lon: Mapped[float]
    spellings: Mapped[Words] = mapped_column(server_default="")
    """Other spellings, one a line."""
    outline: Mapped[Words | None]
    """GeoJSON geometry, exact."""
    sketch: Mapped[Words | None]
    """The outline as maps draw it: simplified to 11 m, shared borders kept."""


class GeocodeAnswer(Base):
    """Stored answer of the external geocoder for some words, or a request still to be sent."""

    __tablename__ = "geocode_answer"
    __table_args__ = (
        CheckConstraint(one_of("state", GEOCODE_STATES), name="state"),
        Index("ix_geocode_answer_state", "state", "requested_at"),
    )
    words: Mapped[Words] = mapped_column(primary_key=True)
    """Normalised: lower case, single blanks."""
    state: Mapped[Code]
    places: Mapped[Words] = mapped_column(server_default="[]")
    """JSON: name, lat, lon."""
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    """When a worker took the turn."""
    answered_at: Mapped[datetime | None]


class GeocodeTurn(Base):
    """Single row with the moment of the next allowed request to the external geocoder."""

    __tablename__ = "geocode_turn"
    id: Mapped[int] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]


class Landmark(Base):
    """A named place: found by search, and used to describe positions near it."""

    __tablename__ = "landmark"
    __table_args__ = (
        CheckConstraint(one_of("kind", LANDMARK_KINDS), name="kind"),
        Index("ix_landmark_changed_at", "changed_at"),
    )
    id: Mapped[Key]
    kind: Mapped[Code]
    name: Mapped[Words]
    spellings: Mapped[Words] = mapped_column(server_default="")
    """Other names, one a line."""
    lat: Mapped[float]
    lon: Mapped[float]
    outline: Mapped[Words | None]
    """GeoJSON geometry of an RT, exact; None: a point."""
    changed_at: Mapped[datetime]
    """With the number of rows it shows other processes that their index is outdated."""
