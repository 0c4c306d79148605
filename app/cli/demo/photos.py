"""Draws the photos of the simulated day: flat scenes marked SIMULASI, as JPEG like a phone's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from app.core.db import Database
from app.core.ids import new_id
from app.reports.photos import uploads
from app.reports.photos.storage import Shelf

SIZE = (1280, 960)
_SKY, _NIGHT, _GROUND, _SEA = "#9fb9cf", "#16202c", "#6d6a5c", "#2f6f8f"


def photo(name: str, seed: int) -> bytes:
    """Return a scene as JPEG; `seed` varies scenes of the same kind."""
    from PIL import Image, ImageDraw, ImageFilter

    chance = Random(seed)  # noqa: S311 a drawing, not a secret
    picture = Image.new("RGB", SIZE, _NIGHT if chance.random() < 0.4 else _SKY)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 620, *SIZE), fill=_GROUND)
    _SCENES[name](draw, chance)
    picture = picture.filter(ImageFilter.GaussianBlur(1.6))
    _mark(ImageDraw.Draw(picture))
    file = BytesIO()
    picture.save(file, "JPEG", quality=82)
    return file.getvalue()


def _mark(draw: Any) -> None:
    from PIL import ImageFont

    draw.rectangle((0, 880, 1280, 960), fill="#000000")
    draw.text((40, 894), "SIMULASI", font=ImageFont.load_default(52), fill="#ffffff")


def _house(draw: Any, x: int, wall: str) -> None:
    draw.rectangle((x, 420, x + 340, 680), fill=wall)
    draw.polygon(((x - 40, 430), (x + 170, 280), (x + 380, 430)), fill="#5b3a2e")
    draw.rectangle((x + 130, 530, x + 210, 680), fill="#3b2a22")
    draw.rectangle((x + 40, 470, x + 110, 540), fill="#f4dfa3")


def _fire(draw: Any, chance: Random) -> None:
    _house(draw, 180, "#c9c2b0")
    _house(draw, 700, "#b7ab97")
    for _ in range(90):
        x, y, size = chance.randint(180, 1040), chance.randint(40, 320), chance.randint(40, 130)
        shade = chance.randint(40, 90)
        draw.ellipse((x, y, x + size, y + size), fill=(shade, shade, shade))
    for _ in range(70):
        x, top = chance.randint(200, 900), chance.randint(200, 420)
        width = chance.randint(30, 90)
        colour = chance.choice(("#ffcf3f", "#ff9a1f", "#f25c1b", "#d9350f"))
        draw.polygon(((x, 560), (x + width // 2, top), (x + width, 560)), fill=colour)


def _flood(draw: Any, chance: Random) -> None:
    _house(draw, 120, "#cfd5c9")
    _house(draw, 660, "#d8c9b4")
    draw.rectangle((0, 600, *SIZE), fill="#7a6a4f")
    for y in range(610, 960, 26):
        shift = chance.randint(0, 60)
        draw.line(
            [(x, y + (4 if x // 40 % 2 else -4)) for x in range(-shift, 1340, 40)], fill="#94846a", width=5
        )


def _tree(draw: Any, chance: Random) -> None:
    draw.polygon(((300, 960), (560, 600), (720, 600), (980, 960)), fill="#3f4247")
    draw.line(((160, 640), (1080, 800)), fill="#5a3d28", width=54)
    for _ in range(130):
        x, y, size = chance.randint(760, 1180), chance.randint(600, 860), chance.randint(30, 90)
        draw.ellipse((x, y, x + size, y + size), fill=chance.choice(("#2f5d34", "#3d7440", "#274c2b")))


def _road(draw: Any, chance: Random) -> None:
    draw.polygon(((120, 960), (520, 600), (760, 600), (1160, 960)), fill="#3b3e43")
    for y in range(640, 940, 80):
        draw.rectangle((632, y, 648, y + 36), fill="#e6e2d3")
    x = chance.randint(360, 480)
    draw.rounded_rectangle((x, 640, x + 420, 790), 40, fill=chance.choice(("#8f1d1d", "#e8e8e8", "#1f4e79")))
    draw.rounded_rectangle((x + 80, 560, x + 320, 680), 40, fill="#22303c")
    for wheel in (x + 70, x + 290):
        draw.ellipse((wheel, 740, wheel + 90, 830), fill="#111111")


def _snake(draw: Any, chance: Random) -> None:
    draw.rectangle((0, 0, *SIZE), fill="#b9a98d")
    for line in range(0, 1280, 160):
        draw.line(((line, 0), (line, 960)), fill="#a39377", width=6)
    swing = chance.randint(70, 120)
    points = [
        (200 + step * 22, 520 + int(swing * (1 if step // 6 % 2 else -1) * (step % 6) / 6))
        for step in range(40)
    ]
    draw.line(points, fill="#3d4a22", width=58, joint="curve")
    draw.line(points, fill="#6f7d3a", width=22, joint="curve")


def _pole(draw: Any, chance: Random) -> None:
    draw.rectangle((600, 120, 640, 900), fill="#5f5f5f")
    draw.rectangle((460, 190, 780, 214), fill="#5f5f5f")
    for sag in (0, 40, 80):
        draw.arc((-400, 60 - sag, 700, 360), 20, 160, fill="#101010", width=6)
        draw.arc((580, 60 - sag, 1700, 360), 20, 160, fill="#101010", width=6)
    for _ in range(40):
        x, y = chance.randint(540, 720), chance.randint(160, 330)
        draw.line(((620, 210), (x, y)), fill="#ffe27a", width=4)


def _sea(draw: Any, chance: Random) -> None:
    draw.rectangle((0, 480, *SIZE), fill=_SEA)
    for y in range(500, 960, 34):
        draw.line(((0, y), (1280, y + chance.randint(-6, 6))), fill="#4d8aa8", width=4)
    draw.rectangle((0, 560, 720, 610), fill="#6b4d33")
    for x in range(40, 720, 120):
        draw.rectangle((x, 600, x + 26, 900), fill="#523a26")


_SCENES: dict[str, Callable[[Any, Random], None]] = {
    "fire": _fire,
    "flood": _flood,
    "tree": _tree,
    "road": _road,
    "snake": _snake,
    "pole": _pole,
    "sea": _sea,
}


def upload(database: Database, data: Path, report_id: str, body: bytes) -> None:
    """Upload a JPEG as a photo of a report."""
    shelf = Shelf(data)
    photo = uploads.Announced(
        id=new_id(),
        report_id=report_id,
        bytes=len(body),
        type="image/jpeg",
        sha256=hashlib.sha256(body).hexdigest(),
    )
    with database.write() as session:
        begun = uploads.announce(session, shelf, photo, reserve_mb=0)
    sent = uploads.take_piece(shelf, begun, offset=0, body=BytesIO(body), reserve_mb=0)
    with database.write() as session:
        uploads.finish_upload(session, sent)
