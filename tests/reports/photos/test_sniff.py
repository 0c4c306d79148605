"""What a stranger's file claims is read before anything decodes it."""

import io
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.photos.sniff import MOST_PIXELS, Picture, Refused, look
from tests.support import pictures


def claimed(content: bytes) -> Picture:
    return look(io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pictures.jpeg(321, 123), "jpeg"),
        (pictures.jpeg(321, 123, progressive=True), "jpeg"),
        (pictures.png(321, 123), "png"),
        (pictures.webp(321, 123), "webp"),
        (pictures.webp(321, 123, lossless=True), "webp"),
        (pictures.webp_claiming(321, 123), "webp"),
    ],
)
def test_format_and_size_are_read_from_the_header(content, kind):
    assert claimed(content) == Picture(kind, 321, 123)


def test_a_plain_webp_without_extensions_is_read_too():
    content = io.BytesIO()
    pictures.pixels(321, 123).save(content, "WEBP")
    assert claimed(content.getvalue()) == Picture("webp", 321, 123)
    content = io.BytesIO()
    pictures.pixels(321, 123).save(content, "WEBP", lossless=True)
    assert claimed(content.getvalue()) == Picture("webp", 321, 123)


@pytest.mark.parametrize(
    "bomb",
    [
        pictures.png_claiming(50_000, 50_000),
        pictures.png_claiming(6_000, 6_000),
        pictures.png_claiming(4_000_000_000, 1),
        pictures.jpeg_claiming(65_500, 65_500),
        pictures.jpeg_claiming(16_000, 16_000),
        pictures.webp_claiming(16_777_216, 16_777_216),
    ],
)
def test_a_bomb_is_refused_by_its_header_in_under_20_ms(bomb):
    took = []
    for _ in range(3):
        began = time.perf_counter()
        with pytest.raises(Refused) as refused:
            claimed(bomb)
        took.append(time.perf_counter() - began)
        assert refused.value.code == "too_many_pixels"
    assert min(took) < 0.020


@pytest.mark.parametrize(
    "content", [pictures.SVG, pictures.HTML, pictures.GIF, b"", b"PK\x03\x04", b"%PDF-1.7"]
)
def test_what_is_no_photo_is_called_that(content):
    with pytest.raises(Refused) as refused:
        claimed(content)
    assert refused.value.code == "not_a_picture"


@pytest.mark.parametrize("size", [(0, 5), (5, 0)])
def test_a_picture_without_pixels_is_damaged(size):
    with pytest.raises(Refused) as refused:
        claimed(pictures.jpeg_claiming(*size))
    assert refused.value.code == "damaged"


def test_moving_pictures_are_refused():
    frames = [pictures.pixels(64, 64), pictures.pixels(64, 64).rotate(90)]
    content = io.BytesIO()
    frames[0].save(content, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(Refused) as refused:
        claimed(content.getvalue())
    assert refused.value.code == "moving_picture"


def test_a_photo_of_the_largest_telephone_is_let_in():
    assert claimed(pictures.jpeg_claiming(9248, 6936)).width * 6936 <= MOST_PIXELS["jpeg"]


@given(
    st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP", b""]),
    st.binary(max_size=300),
)
def test_any_bytes_are_a_picture_or_refused(head, rest):
    with suppress(Refused):
        assert claimed(head + rest).width > 0


@given(st.data())
def test_a_photo_with_a_wrong_byte_is_a_picture_or_refused(data):
    content = bytearray(data.draw(st.sampled_from([JPEG, PNG, WEBP])))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content) - 1, 700)))] = data.draw(st.integers(0, 255))
    with suppress(Refused):
        assert claimed(bytes(content)).height > 0


JPEG, PNG, WEBP = pictures.jpeg(64, 64), pictures.png(64, 64), pictures.webp(64, 64)
