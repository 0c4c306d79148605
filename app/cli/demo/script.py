"""Lists the simulated day: forty reports of a city of 190,000, and the last step of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A report: minutes ago, kind, place, words and answers, and its last step."""

    ago_min: float
    kind: str
    lat: float | None
    lon: float | None
    words: str | None
    answers: dict[str, str]
    way: str
    """received, opened, forwarded, accepted, en_route, on_scene, done, declined, or a resolution."""
    landmark: str | None = None
    kelurahan: str | None = None
    photo: str | None = None
    talk: tuple[tuple[str, str], ...] = ()
    """Messages: sender (reporter or operator), text."""
    note: str | None = None
    accuracy_m: float = 15.0


def scene(ago_min: float, kind: str, where: tuple[float, float] | str | None, way: str, **more: Any) -> Scene:
    """Return a scene; `where` is a position, the code of a kelurahan, or None."""
    lat, lon = where if isinstance(where, tuple) else (None, None)
    kelurahan = where if isinstance(where, str) else None
    more.setdefault("words", None)
    more.setdefault("answers", {})
    return Scene(ago_min=ago_min, kind=kind, lat=lat, lon=lon, kelurahan=kelurahan, way=way, **more)


DAY: tuple[Scene, ...] = (
    scene(
        1430,
        "wildlife",
        (0.1367, 117.4541),
        "resolved",
        words="Ular sawah di dapur, kira-kira dua meter.",
        answers={"inside_house": "yes", "bitten": "no"},
        photo="snake",
    ),
    scene(
        1385,
        "medical",
        (0.1312, 117.4907),
        "resolved",
        words="Bapak pingsan di kamar mandi, bernapas.",
        answers={"conscious": "no", "breathing": "yes"},
        landmark="belakang pasar",
    ),
    scene(1340, "other", None, "prank", words="tes tes"),
    scene(
        1301,
        "accident",
        (0.1398, 117.4811),
        "resolved",
        words="Dua motor bertabrakan di simpang tiga.",
        answers={"injured": "yes", "road_blocked": "yes"},
        photo="road",
    ),
    scene(
        1222,
        "tree_down",
        (0.1092, 117.4627),
        "resolved",
        words="Pohon menutup setengah jalan.",
        answers={"on_cable": "no"},
        photo="tree",
    ),
    scene(
        1180,
        "power_line",
        (0.1655, 117.4746),
        "resolved",
        words="Kabel menjuntai setinggi kepala.",
        answers={"sparks": "no", "cable_low": "yes"},
    ),
    scene(
        1111,
        "medical",
        (0.1168, 117.4791),
        "handed_over",
        words="Ibu hamil sembilan bulan, sudah mulas.",
        answers={"pregnant": "yes", "conscious": "yes"},
    ),
    scene(1050, "other", None, "ghost"),
    scene(
        1003,
        "public_order",
        (0.1104, 117.4838),
        "resolved",
        words="Musik keras lewat tengah malam.",
        landmark="lapangan voli",
    ),
    scene(
        955,
        "fire",
        (0.1341, 117.5079),
        "resolved",
        words="Api di dapur rumah panggung, tetangga menyiram.",
        answers={"people_trapped": "no", "spreading": "no"},
        photo="fire",
        landmark="dermaga kampung laut",
    ),
    scene(
        954,
        "fire",
        (0.1339, 117.5083),
        "duplicate",
        words="Kebakaran di rumah panggung, asap hitam.",
        answers={"spreading": "unknown"},
    ),
    scene(
        870,
        "flood",
        (0.1234, 117.4853),
        "resolved",
        words="Banjir rob masuk rumah.",
        answers={"flood_depth": "ankle", "rising": "no"},
        photo="flood",
    ),
    scene(
        812,
        "crime",
        (0.1433, 117.4936),
        "resolved",
        words="Motor hilang dari teras rumah.",
        answers={"happening_now": "no"},
    ),
    scene(
        760,
        "wildlife",
        (0.1512, 117.4574),
        "resolved",
        words="Sarang tawon besar dekat pintu sekolah.",
        answers={"animal_visible": "yes"},
    ),
    scene(701, "medical", (0.1441, 117.4943), "information", words="Di mana apotek yang buka 24 jam?"),
    scene(
        655,
        "drowning",
        (0.1339, 117.5102),
        "resolved",
        words="Anak jatuh dari dermaga, sudah diangkat.",
        answers={"out_of_water": "yes"},
        photo="sea",
    ),
    scene(
        590,
        "landslide_storm",
        (0.1231, 117.4468),
        "resolved",
        words="Angin kencang, atap seng terbang.",
        answers={"house_damaged": "yes"},
    ),
    scene(
        540,
        "accident",
        (0.0571, 117.4452),
        "resolved",
        words="Truk terguling di jalan poros, sopir sadar.",
        answers={"injured": "yes", "fuel_leak": "no"},
        photo="road",
    ),
    scene(480, "other", "64.74.02.1002", "information", words="Lampu jalan mati sejak kemarin."),
    scene(
        430,
        "gas_chemical",
        (0.1662, 117.4752),
        "resolved",
        words="Bau gas menyengat dekat tangki.",
        answers={"strong_smell": "yes", "breathing_hard": "no"},
    ),
    scene(377, "public_order", (0.1313, 117.4921), "resolved", words="Orang berkelahi di depan warung."),
    scene(
        330,
        "medical",
        (0.1172, 117.4966),
        "resolved",
        words="Kakek sesak napas.",
        answers={"breathing": "no", "conscious": "yes"},
        talk=(("operator", "Ambulans berangkat. Dudukkan beliau tegak."), ("reporter", "Baik, sudah duduk.")),
    ),
    scene(
        290,
        "power_line",
        (0.1073, 117.4628),
        "done",
        words="Percikan api di tiang listrik.",
        answers={"sparks": "yes"},
        photo="pole",
    ),
    scene(
        240,
        "flood",
        (0.1169, 117.4970),
        "on_scene",
        words="Air naik cepat di gang, anak-anak di dalam rumah.",
        answers={"flood_depth": "knee", "rising": "yes", "power_on": "yes"},
        photo="flood",
        landmark="gang empat",
        talk=(
            ("reporter", "Air sekarang sampai lutut."),
            ("operator", "Perahu BPBD menuju lokasi. Matikan listrik dari meteran."),
        ),
    ),
    scene(
        205,
        "tree_down",
        (0.1895, 117.4884),
        "accepted",
        words="Pohon besar menimpa pagar.",
        answers={"on_house": "no", "on_cable": "unknown"},
        photo="tree",
    ),
    scene(
        171,
        "wildlife",
        (0.1339, 117.5061),
        "en_route",
        words="Buaya terlihat di bawah jembatan.",
        answers={"animal_visible": "yes", "bitten": "no"},
    ),
    scene(
        133,
        "landslide_storm",
        (0.1378, 117.4533),
        "forwarded",
        words="Tanah retak di belakang rumah.",
        answers={"house_damaged": "unknown"},
    ),
    scene(
        96,
        "public_order",
        "64.74.03.1001",
        "opened",
        words="Balap liar di jalan besar.",
        landmark="depan gerbang perumahan",
    ),
    scene(
        74,
        "crime",
        (0.1162, 117.4795),
        "on_scene",
        words="Ada yang mendobrak toko.",
        answers={"happening_now": "yes", "weapon": "unknown"},
    ),
    scene(
        52,
        "accident",
        (0.1429, 117.4789),
        "en_route",
        words="Mobil menabrak tiang, pengemudi terjepit.",
        answers={"injured": "yes", "fuel_leak": "yes", "road_blocked": "yes"},
        photo="road",
        note="Damkar diminta membawa alat pemotong.",
    ),
    scene(
        38,
        "medical",
        (0.1108, 117.4844),
        "accepted",
        words="Anak kejang, demam tinggi.",
        answers={"conscious": "no", "breathing": "yes"},
    ),
    scene(
        27,
        "wildlife",
        (0.1653, 117.4733),
        "declined",
        words="Biawak besar masuk kamar.",
        answers={"inside_house": "yes"},
    ),
    scene(
        19,
        "riot",
        (0.1316, 117.4899),
        "forwarded",
        words="Kerumunan melempari bangunan.",
        answers={"weapon": "yes"},
        accuracy_m=120.0,
    ),
    scene(
        14,
        "fire",
        (0.1341, 117.4944),
        "on_scene",
        words="Toko terbakar, api menjalar ke sebelah.",
        answers={"people_trapped": "no", "spreading": "yes", "gas_present": "yes"},
        photo="fire",
        landmark="sebelah masjid",
        talk=(
            ("operator", "Damkar menuju lokasi. Jauhkan semua orang dari tabung gas."),
            ("reporter", "Warga sudah menjauh."),
        ),
    ),
    scene(9, "other", None, "opened", words="Ada yang bisa dihubungi untuk surat pindah?"),
    scene(
        6,
        "flood",
        (0.1246, 117.4866),
        "forwarded",
        words="Selokan meluap ke jalan.",
        answers={"flood_depth": "ankle", "rising": "yes"},
    ),
    scene(
        3,
        "tree_down",
        (0.1514, 117.4566),
        "received",
        words="Dahan patah tersangkut kabel.",
        answers={"on_cable": "yes"},
        photo="tree",
    ),
    scene(
        1.5,
        "gas_chemical",
        (0.1668, 117.4741),
        "opened",
        words="Bau amonia, mata perih.",
        answers={"strong_smell": "yes", "breathing_hard": "unknown"},
        accuracy_m=40.0,
    ),
    scene(
        0.6,
        "medical",
        (0.1309, 117.4911),
        "received",
        words="Orang tidak sadar di pinggir jalan.",
        answers={"conscious": "no", "breathing": "unknown"},
        photo="road",
    ),
    scene(
        0.1,
        "fire",
        (0.1326, 117.4908),
        "received",
        words="Api di dapur, dua rumah.",
        answers={"people_trapped": "yes", "spreading": "yes"},
        photo="fire",
        landmark="gang sebelah sekolah",
    ),
)
