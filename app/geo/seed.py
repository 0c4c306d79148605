"""List the kelurahan of a new installation: code, name and a point inside each.

An administrator may edit them afterwards.

Source: Kemendagri codes of Kota Bontang (64.74); the points lie at the middle of the built-up part.
"""

from typing import Final, NamedTuple


class Kecamatan(NamedTuple):
    """A district of the city."""

    code: str
    name: str


class Kelurahan(NamedTuple):
    """A kelurahan (urban village): code, name and one point inside it (degrees)."""

    code: str
    name: str
    lat: float
    lon: float

    @property
    def kecamatan(self) -> str:
        """Return the code of its kecamatan."""
        return self.code[:8]


CITY_CODE: Final = "64.74"

KECAMATAN: Final = (
    Kecamatan("64.74.01", "Bontang Utara"),
    Kecamatan("64.74.02", "Bontang Selatan"),
    Kecamatan("64.74.03", "Bontang Barat"),
)

KELURAHAN: Final = (
    Kelurahan("64.74.01.1001", "Bontang Kuala", 0.134, 117.508),
    Kelurahan("64.74.01.1002", "Bontang Baru", 0.144, 117.494),
    Kelurahan("64.74.01.1003", "Lok Tuan", 0.165, 117.474),
    Kelurahan("64.74.01.1004", "Guntung", 0.189, 117.488),
    Kelurahan("64.74.01.1005", "Gunung Elai", 0.143, 117.479),
    Kelurahan("64.74.01.1006", "Api-Api", 0.131, 117.490),
    Kelurahan("64.74.02.1001", "Tanjung Laut", 0.123, 117.485),
    Kelurahan("64.74.02.1002", "Berbas Tengah", 0.116, 117.479),
    Kelurahan("64.74.02.1003", "Berbas Pantai", 0.110, 117.484),
    Kelurahan("64.74.02.1004", "Satimpo", 0.107, 117.462),
    Kelurahan("64.74.02.1005", "Bontang Lestari", 0.056, 117.444),
    Kelurahan("64.74.02.1006", "Tanjung Laut Indah", 0.117, 117.496),
    Kelurahan("64.74.03.1001", "Belimbing", 0.151, 117.457),
    Kelurahan("64.74.03.1002", "Gunung Telihan", 0.137, 117.453),
    Kelurahan("64.74.03.1003", "Kanaan", 0.123, 117.447),
)

SPELLINGS: Final = {
    "64.74.01.1003": ("Loktuan", "Lhok Tuan"),
    "64.74.01.1005": ("Elai",),
    "64.74.01.1006": ("Api-api", "Apiapi"),
    "64.74.02.1002": ("Berebas Tengah",),
    "64.74.02.1003": ("Berebas Pantai",),
    "64.74.02.1005": ("Lestari",),
    "64.74.03.1002": ("Telihan",),
}
"""Other spellings of a kelurahan, by code."""
