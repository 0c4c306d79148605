"""Imports outlines of the kelurahan and named places, and locates positions (`./siaga geo`)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from app.cli.installation import prepared_database
from app.core.errors import Invalid
from app.geo.districts.cache import Register
from app.geo.districts.import_outlines import Imported, Refused, fetch, import_outlines
from app.geo.places.landmark_import import read_landmarks
from app.geo.places.landmarks import MOST, import_landmarks

_LINES = (
    ("outlined", "outlines written"),
    ("added", "were not known before"),
    ("repaired", "crossed themselves and were repaired"),
    ("moved", "have a new point, inside their outline"),
    ("missing", "still have no outline; positions there go to the nearest one that has"),
)


def main(words: list[str]) -> int:
    """Run one subcommand; return 1 and print a sentence for each fault."""
    options = _parser().parse_args(words)
    work: Callable[[argparse.Namespace], None] = options.work
    try:
        work(options)
    except Refused as fault:
        print(*(f"siaga: {sentence}" for sentence in fault.faults), sep="\n", file=sys.stderr)
        if "source" in options:
            print("siaga: nothing was imported", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./siaga geo", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    words = "read outlines of the kelurahan: GeoJSON with kode and nama; all of them or none"
    bring = commands.add_parser("import", help=words, description=words)
    bring.add_argument(
        "source", metavar="FILE-OR-URL", help="a file, or an address that begins with https://"
    )
    bring.set_defaults(work=_import)
    words = "read places: CSV with nama, jenis, lat, lon (and sebutan), or GeoJSON; all of them or none"
    places = commands.add_parser("places", help=words, description=words)
    places.add_argument(
        "source", metavar="FILE-OR-URL", help="a file, or an address that begins with https://"
    )
    places.set_defaults(work=_places)
    words = "tell in which kelurahan a position lies"
    where = commands.add_parser("where", help=words, description=words)
    where.add_argument("lat", type=float, metavar="LATITUDE")
    where.add_argument("lon", type=float, metavar="LONGITUDE")
    where.set_defaults(work=_where)
    return parser


def _import(options: argparse.Namespace) -> None:
    content = fetch(options.source)
    with prepared_database() as database, database.write() as session:
        done: Imported = import_outlines(session, content)
    for name, words in _LINES:
        names: list[str] = getattr(done, name)
        if names:
            print(f"{len(names):3} {words}: {', '.join(names)}")


def _places(options: argparse.Namespace) -> None:
    changes = read_landmarks(fetch(options.source))
    try:
        with prepared_database() as database, database.write() as session:
            done = import_landmarks(session, changes)
    except Invalid:
        raise Refused((f"the city would have more than {MOST:,} places",)) from None
    print(f"{done.added} places added, {done.changed} changed, {done.same} as they were")


def _where(options: argparse.Namespace) -> None:
    if not (abs(options.lat) <= 90 and abs(options.lon) <= 180):
        raise Refused(("latitude lies between -90 and 90, longitude between -180 and 180",))
    with prepared_database() as database:
        gazetteer = Register(database).gazetteer()
    place = gazetteer.place_of(options.lat, options.lon)
    village = gazetteer.by_code[place.kelurahan]
    sure = "by its outline" if place.exact else f"the nearest, {place.distance_m} m away"
    print(f"{village.name} ({village.code}), {sure}")
    print(f"{place.plus_code}, {'inside' if place.inside_city else f'outside the city ({place.beyond})'}")
