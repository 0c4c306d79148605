"""A photo that is kept consists of its pixels and of nothing else.

What cannot be read is refused and leaves nothing.
"""

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.reports.photos import rebuild
from app.reports.photos.process import rebuild_photo
from app.reports.photos.sniff import Refused
from tests.support import pictures


@pytest.fixture
def rebuilt(tmp_path):
    """Return `make(content)`: the large and the small picture of a stranger's file."""

    def make(content: bytes) -> tuple[Path, Path]:
        source, large, small = (tmp_path / name for name in ("source", "large.jpg", "small.jpg"))
        source.write_bytes(content)
        size = rebuild_photo(source, large=large, small=small)
        with Image.open(large) as picture:
            assert picture.size == (size.width, size.height)
        return large, small

    return make


def corners(file: Path) -> list[tuple[int, ...]]:
    """Colours of the four quarters, rounded to full or nothing."""
    with Image.open(file) as picture:
        width, height = picture.size
        spots = [(x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
        return [tuple(255 * (value > 127) for value in picture.getpixel(spot)) for spot in spots]


RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


@pytest.mark.parametrize(
    "content", [pictures.jpeg(), pictures.png(), pictures.png(mode="RGBA"), pictures.webp()]
)
def test_no_metadata_survives(rebuilt, content):
    assert pictures.CANARY in content
    for file in rebuilt(content):
        kept = file.read_bytes()
        assert pictures.CANARY not in kept
        assert b"Exif" not in kept
        with Image.open(file) as picture:
            assert picture.format == "JPEG"
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert not dict(picture.getexif())
        assert corners(file) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(
    ("orientation", "seen"),
    [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
    ],
)
def test_a_photo_taken_sideways_stands_upright(rebuilt, orientation, seen):
    large, small = rebuilt(pictures.jpeg(exif=pictures.exif(orientation)))
    assert corners(large) == corners(small) == seen


@pytest.mark.parametrize(
    ("size", "kept"),
    [((4000, 3000), (2000, 1500)), ((2048, 1000), (2048, 1000)), ((2049, 3), (1025, 2)), ((1, 1), (1, 1))],
)
def test_large_photos_become_whole_fractions_and_small_ones_stay(rebuilt, size, kept):
    large, small = rebuilt(pictures.jpeg(*size))
    with Image.open(large) as picture, Image.open(small) as thumbnail:
        assert picture.size == pytest.approx(kept, abs=1)
        assert max(thumbnail.size) <= 320


@pytest.mark.parametrize("mode", ["L", "P", "1", "I;16", "LA"])
def test_every_way_of_storing_pixels_is_understood(rebuilt, mode):
    content = io.BytesIO()
    Image.new(mode, (50, 40), 1).save(content, "PNG")
    large, _ = rebuilt(content.getvalue())
    with Image.open(large) as picture:
        assert (picture.size, picture.mode) == ((50, 40), "RGB")


def test_print_colours_become_screen_colours(rebuilt):
    content = io.BytesIO()
    Image.new("CMYK", (50, 40), (0, 255, 255, 0)).save(content, "JPEG")
    assert corners(rebuilt(content.getvalue())[0]) == [RED] * 4


def test_transparency_shows_white(rebuilt):
    content = io.BytesIO()
    Image.new("RGBA", (50, 40), (0, 0, 0, 0)).save(content, "PNG")
    assert corners(rebuilt(content.getvalue())[0]) == [WHITE] * 4


def test_a_file_that_is_two_things_keeps_only_its_pixels(rebuilt):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("evil.html", pictures.HTML)
    for tail in (archive.getvalue(), pictures.HTML, pictures.SVG):
        large, small = rebuilt(pictures.jpeg() + tail)
        for file in (large, small):
            assert not zipfile.is_zipfile(file)
            assert b"<script" not in file.read_bytes()


def damaged() -> list[bytes]:
    photo, flat = pictures.jpeg(), pictures.png()
    return [
        photo[: len(photo) // 2],
        flat[: len(flat) // 2],
        pictures.webp()[:200],
        photo[:30],
        pictures.webp_claiming(640, 480),
        pictures.png_claiming(5000, 5000),
    ]


@pytest.mark.parametrize("content", damaged())
def test_half_a_photo_is_refused_and_leaves_nothing(rebuilt, tmp_path, content):
    with pytest.raises(Refused) as refused:
        rebuilt(content)
    assert refused.value.code == "damaged"
    assert {file.name for file in tmp_path.iterdir()} == {"source"}


def test_text_that_unpacks_to_gigabytes_is_refused_within_its_memory(rebuilt):
    packed = zlib.compress(b"A" * 200_000_000, 9)
    text = b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    photo = pictures.png()
    after_head = 8 + 25
    with pytest.raises(Refused):
        rebuilt(photo[:after_head] + chunk + photo[after_head:])


def test_a_photo_that_takes_too_long_is_given_up(rebuilt, monkeypatch):
    monkeypatch.setattr("app.reports.photos.process.TIME_LIMIT_S", 0.01)
    with pytest.raises(Refused) as refused:
        rebuilt(pictures.jpeg(4000, 3000))
    assert refused.value.code == "too_slow"


def test_the_kept_files_are_for_their_owner_alone(rebuilt):
    for file in rebuilt(pictures.jpeg()):
        assert file.stat().st_mode & 0o777 == 0o600


def test_the_program_that_decodes_knows_nothing_of_ours(rebuilt, monkeypatch, tmp_path):
    """Not even by its environment: a secret there must not reach a decoder that a stranger may have taken over."""
    spy = tmp_path / "spy.py"
    spy.write_text("import os, sys\nprint(len(os.environ), 1)\nfor f in sys.argv[2:]: open(f, 'w').close()\n")
    monkeypatch.setattr("app.reports.photos.process._PROGRAM", str(spy))
    monkeypatch.setenv("SIAGA_SECRET", "rahasia")
    source = tmp_path / "photo"
    source.write_bytes(pictures.jpeg())
    seen = rebuild_photo(source, large=tmp_path / "l", small=tmp_path / "s")
    assert seen.width <= 3 < len(os.environ)


def test_sizes_are_divided_by_powers_of_two_where_a_decoder_can():
    assert [rebuild.parts((side, 1), 2048) for side in (1, 2048, 2049, 4096, 4097, 8193, 16_384)] == [
        1,
        1,
        2,
        2,
        4,
        8,
        8,
    ]
    assert rebuild.parts((2000, 1500), 320, powers=False) == 7
