"""Write the agencies, routing table and numbers of a new installation (public sources, 2026).

An administrator may change every row; the operations manual asks the city to verify each before going live.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.agencies.models import Agency, DirectoryNumber, Routing

AGENCIES = (
    # code, name, short name, alternate
    ("diskominfo", "Diskominfo Kota Bontang", "Diskominfo", None),
    ("damkar", "Dinas Pemadam Kebakaran dan Penyelamatan", "Damkar", "bpbd"),
    ("psc119", "PSC 119 Dinas Kesehatan, RSUD Taman Husada", "PSC 119", "pmi"),
    ("polres", "Polres Bontang", "Polres", "satpolpp"),
    ("kodim", "TNI Kodim 0908", "Kodim", "polres"),
    ("bpbd", "BPBD Kota Bontang (Pusdalops)", "BPBD", "damkar"),
    ("satpolpp", "Satuan Polisi Pamong Praja", "Satpol PP", "polres"),
    ("dishub", "Dinas Perhubungan", "Dishub", "polres"),
    ("pmi", "Palang Merah Indonesia", "PMI", "psc119"),
    ("uptdppa", "UPTD PPA DP3AKB", "UPTD PPA", "polres"),
    ("basarnas", "Basarnas dan KSOP", "Basarnas", "bpbd"),
    ("pln", "PLN", "PLN", "damkar"),
    ("bksda", "BKSDA", "BKSDA", "damkar"),
)
NEIGHBOURS = (
    # code, name, short name: of other regencies, so never active; the city enters their telephone
    ("kutim112", "Call Center 112 Kabupaten Kutai Timur", "112 Kutai Timur"),
    ("kukar112", "Call Center 112 Kabupaten Kutai Kartanegara", "112 Kutai Kartanegara"),
)
ROUTING = (
    # kind, lead, supports, priority, open within s, accept within s, tile
    ("fire", "damkar", "polres psc119 pln", 1, 15, 60, 1),
    ("medical", "psc119", "pmi", 1, 15, 60, 2),
    ("accident", "polres", "psc119 dishub", 1, 15, 60, 3),
    ("violence_home", "uptdppa", "polres", 1, 15, 60, 4),
    ("crime", "polres", "", 1, 15, 60, 5),
    ("flood", "bpbd", "damkar satpolpp", 2, 30, 180, 6),
    ("wildlife", "damkar", "bksda", 2, 30, 300, 7),
    ("other", "diskominfo", "", 3, 60, 600, 8),
    ("riot", "polres", "kodim satpolpp", 1, 15, 60, None),
    ("drowning", "basarnas", "bpbd damkar", 1, 15, 60, None),
    ("gas_chemical", "damkar", "bpbd psc119", 1, 15, 60, None),
    ("landslide_storm", "bpbd", "damkar", 2, 30, 180, None),
    ("power_line", "pln", "damkar", 2, 30, 300, None),
    ("tree_down", "bpbd", "dishub damkar", 3, 60, 600, None),
    ("public_order", "satpolpp", "polres", 3, 60, 600, None),
)
NUMBERS = (
    # code, name, phone
    ("all", "Semua keadaan darurat", "112"),
    ("police", "Polisi", "110"),
    ("fire", "Pemadam kebakaran", "113"),
    ("ambulance", "Ambulans PSC", "119"),
    ("ambulance_118", "Ambulans", "118"),
    ("sar", "Pencarian dan pertolongan (nasional)", "115"),
    ("sapa", "SAPA 129 perempuan dan anak", "129"),
    ("sapa_whatsapp", "SAPA 129 lewat WhatsApp", "+628111129129"),
    ("uptdppa", "UPTD PPA Bontang", "+628115940777"),
    ("uptdppa_2", "UPTD PPA Bontang (kedua)", "+628115413355"),
    ("bpbd", "BPBD Bontang", "+6282252278609"),
)


def seed_agencies(session: Session) -> None:
    """Write missing rows; keep rows that an administrator has changed."""
    have = set(session.scalars(select(Agency.code)))
    rows = [
        Agency(code=code, name=name, short_name=short)
        for code, name, short, _ in AGENCIES
        if code not in have
    ]
    session.add_all(rows)
    session.add_all(
        Agency(code=code, name=name, short_name=short, active=False)
        for code, name, short in NEIGHBOURS
        if code not in have
    )
    session.flush()
    alternates = {code: alternate for code, _, _, alternate in AGENCIES}
    for row in rows:
        row.alternate = alternates[row.code]
    routed = set(session.scalars(select(Routing.kind)))
    session.add_all(
        Routing(
            kind=kind,
            lead=lead,
            supports=supports,
            priority=priority,
            open_within_s=open_s,
            accept_within_s=accept_s,
            tile=tile,
        )
        for kind, lead, supports, priority, open_s, accept_s, tile in ROUTING
        if kind not in routed
    )
    listed = set(session.scalars(select(DirectoryNumber.code)))
    session.add_all(
        DirectoryNumber(code=code, name=name, phone=phone, place=place)
        for place, (code, name, phone) in enumerate(NUMBERS, start=1)
        if code not in listed
    )
