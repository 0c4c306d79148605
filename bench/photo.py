"""Measures rebuilding a 12-megapixel photo, beside Pillow as documented, and the refusal of a decompression bomb."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from struct import pack

from app.reports.photos import rebuild
from app.reports.photos.sniff import Refused, look
from bench.rows import Row, percentile

SIZE = (4000, 3000)
DOCUMENTED = """
import sys
from PIL import Image, ImageOps
with Image.open(sys.argv[1]) as opened:
    large = ImageOps.exif_transpose(opened)
    large.thumbnail((2048, 2048))
    large.save(sys.argv[2], quality=82)
    large.thumbnail((320, 320))
    large.save(sys.argv[3], quality=75)
"""

SPAWN = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
sys.exit(1) if status else print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
"""


def rows(*, quick: bool = False) -> list[Row]:
    """Measure processor time and memory of both ways in turn, and the time to refuse a bomb."""
    with tempfile.TemporaryDirectory(prefix="siaga-photo-") as folder:
        source = _photo(Path(folder) / "photo.jpg")
        files = [str(source), str(Path(folder) / "large.jpg"), str(Path(folder) / "small.jpg")]
        ours, theirs = [], []
        for _ in range(3 if quick else 9):
            ours.append(_cost([sys.executable, "-I", str(rebuild.__file__), *files]))
            theirs.append(_cost([sys.executable, "-I", "-c", DOCUMENTED, *files]))
        bomb_ms = _refusal_ms(Path(folder) / "bomb.png")
    ratio = percentile([a[0] / b[0] for a, b in zip(ours, theirs, strict=True)], 0.5)
    memory_mb = max(cost[1] for cost in ours)
    return [
        Row(
            "12-megapixel photo, processor",
            f"{ratio:.2f} of Pillow as documented",
            "0.55",
            ratio <= 0.55,
            f"{theirs[0][0]:.2f} s",
        ),
        Row(
            "12-megapixel photo, memory",
            f"{memory_mb:.0f} MB",
            "60 MB",
            memory_mb <= 60,
            f"{theirs[0][1]:.0f} MB",
        ),
        Row("a bomb is refused", f"{bomb_ms:.2f} ms", "20 ms", bomb_ms <= 20),
    ]


def _photo(path: Path) -> Path:
    from PIL import Image, ImageFilter

    noise = (
        Image.effect_noise((SIZE[0] // 4, SIZE[1] // 4), 60).resize(SIZE).filter(ImageFilter.GaussianBlur(1))
    )
    Image.merge("RGB", (noise, noise.rotate(180), noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).save(
        path, quality=90
    )
    return path


def _cost(command: list[str]) -> tuple[float, float]:
    """Return processor seconds and peak memory in MB of one run, from a small parent, whose peak the child inherits."""
    measured = [sys.executable, "-I", "-S", "-c", SPAWN, *command]
    seconds, kept_mb = subprocess.run(measured, capture_output=True, check=True, text=True).stdout.split()[
        -2:
    ]
    return float(seconds), float(kept_mb)


def _refusal_ms(path: Path) -> float:
    """Return the milliseconds until a PNG of 50,000 by 50,000 pixels is refused."""
    head = pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + pack(">I", 13) + chunk + pack(">I", zlib.crc32(chunk)) + bytes(64)
    )
    began = time.perf_counter()
    try:
        with path.open("rb") as file:
            look(file)
    except Refused:
        return (time.perf_counter() - began) * 1000
    raise RuntimeError("the bomb was let in")
