"""THE TABLE of what the console takes: every address that is posted to, whose it is, and a body that would do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.console.dispatch.incident_commands import MOVES
from app.console.dispatch.major_incident import MOVES as MAJOR_MOVES
from app.console.dispatch.strikes import MOVES as STRIKE_MOVES
from app.incidents.lifecycle.assignments import MOVES as TASK_MOVES
from app.silent.dispatch_case import MOVES as CASE_MOVES
from app.silent.dispatch_case import STEPS as CASE_STEPS
from tests.support.staff import PASSWORD

UNKNOWN = "01a20b39-1461-76bd-a450-2b41352284e8"
"""An id that nothing has."""
TASK = {"version": "1", "reason": "no_unit", "note": "Semua regu keluar"}
NOTE = {"incident": "{incident}", "kind": "access", "text": "Gang sempit", "days": "30"}
TOGETHER = {"version": "{version}", "incident": UNKNOWN, "major": UNKNOWN}
CONTACT = {
    "contact": "",
    "name": "Jaga malam",
    "phone": "+62811000",
    "email": "jaga@siaga.example",
    "staff": "",
}
LINE = {"contact": UNKNOWN, "duty": "first", "days": ["1", "2"], "from": "08:00", "to": "20:00"}
SWAP = {"line": UNKNOWN, "contact": UNKNOWN, "starts_at": "2026-11-24T08:00", "ends_at": "2026-11-24T20:00"}
ROUTE = {
    "lead": "damkar",
    "supports": ["polres"],
    "priority": "1",
    "open_within_s": "15",
    "accept_within_s": "60",
}
AGENCY = {"name": "Dinas", "short_name": "Din", "phone": "112", "alternate": "", "active": "1"}
PLACE = {"kind": "school", "name": "SD 1", "lat": "0.13", "lon": "117.49", "spellings": "sd satu; sdn 1"}
CALL = {
    "key": UNKNOWN,
    "class": "normal",
    "kind": "fire",
    "words": "Api",
    "kelurahan": "",
    "landmark": "Pasar",
    "name": "",
    "phone": "+628110000",
    "beacon": "",
    "line": "",
}
PASSKEY = {
    "id": "YQ",
    "rawId": "YQ",
    "type": "public-key",
    "clientExtensionResults": {},
    "response": {
        "clientDataJSON": "e30",
        "attestationObject": "oA",
        "authenticatorData": "AA",
        "signature": "AA",
    },
}


@dataclass(frozen=True)
class Door:
    """One address: endpoint, who comes, path behind /console, and a body; `json` says how it travels."""

    endpoint: str
    who: str
    path: str
    body: Mapping[str, object] = field(default_factory=dict)
    json: bool = False


MOVE = {
    "version": "{version}",
    "lead": "pln",
    "supports": ["psc119"],
    "agency": "polres",
    "resolution": "resolved",
    "kind": "flood",
    "priority": "2",
    "text": "Warga menyiram",
    "back": "",
    "lat": "0.13",
    "lon": "117.49",
    "name": "Pasar",
}
DOORS = (
    *(Door("move_incident", "operator", f"/kejadian/{{incident}}/{move}", MOVE) for move in MOVES),
    *(
        Door("move_assignment", who, f"/penugasan/{{task}}/{move}", TASK)
        for who in ("agency", "operator")
        for move in (*TASK_MOVES, "decline")
    ),
    *(
        Door("move_case", who, f"/kasus/{{case}}/{move}", {"version": "1", "back": "queue"})
        for who, moves in (("operator", CASE_MOVES), ("counsellor", CASE_STEPS))
        for move in moves
    ),
    Door("send_answer_page", "operator", "/laporan/{report}/send_answer_page", {}),
    Door(
        "start_drill",
        "supervisor",
        "/simulasi/start_drill",
        {"name": "Gladi", "minutes": "30", "staff": [UNKNOWN]},
    ),
    Door("stop_drill", "supervisor", "/simulasi/stop_drill"),
    Door(
        "rehearse_report",
        "supervisor",
        "/simulasi/laporan",
        {"kind": "fire", "words": "Api", "landmark": "Pasar"},
    ),
    Door("ask_reporter", "operator", "/laporan/{report}/ask_reporter", {"ask": "question:hurt"}),
    Door("stop_sharing", "operator", "/laporan/{report}/stop_sharing", {"ask": UNKNOWN}),
    Door("set_need", "operator", "/laporan/{report}/set_need", {"on": "1"}),
    Door("send_message", "operator", "/laporan/{report}/send_message", {"text": "Bantuan berangkat"}),
    Door("leave_note", "agency", "/tugas/{task}/catatan-tempat", NOTE),
    Door("change_note", "operator", f"/catatan-tempat/{UNKNOWN}", NOTE),
    Door("remove_note", "operator", f"/catatan-tempat/{UNKNOWN}/hapus", NOTE),
    Door("confirm_strike", "operator", "/laporan/{report}/confirm_strike", {"text": "Laporan palsu"}),
    *(Door("decide_strike", "supervisor", f"/banding/{UNKNOWN}/{move}") for move in STRIKE_MOVES),
    *(
        Door(name, "operator", f"/kejadian/{{incident}}/{name}", TOGETHER)
        for name in (
            *("merge", "unmerge", "ask_still_ongoing", "declare_major", "link_major", "unlink_major"),
            "send_over",
        )
    ),
    Door("hand_over", "operator", "/kejadian/{incident}/hand_over", TOGETHER),
    *(Door("move_major", "operator", f"/besar/{UNKNOWN}/{move}", TOGETHER) for move in MAJOR_MOVES),
    Door("look", "operator", "/api/kejadian/{incident}/lihat"),
    Door("ticket", "operator", "/api/ticket"),
    Door("stay", "operator", "/api/tetap"),
    Door(
        "give_handover", "operator", "/serah-terima", {"note": "Tenang", "promise-{incident}": "Telepon lagi"}
    ),
    Door("start_shift", "operator", "/serah-terima/start_shift"),
    Door("end_shift", "operator", "/serah-terima/end_shift"),
    Door("take_handover", "supervisor", "/serah-terima/{handover}/take_handover"),
    Door("take_call", "operator", "/telepon", CALL),
    Door("keep_call", "operator", "/telepon/simpan", CALL),
    Door("drop_call", "operator", "/telepon/buang", {"key": UNKNOWN}),
    Door("take_sms", "operator", "/telepon/sms", {"text": "SIAGA fire 6PH57VP3+PR"}),
    Door("work_off_call", "operator", f"/telepon/panggilan/{UNKNOWN}"),
    Door("add_landmark", "supervisor", "/tempat", PLACE),
    Door("change_landmark", "supervisor", f"/tempat/{UNKNOWN}", PLACE),
    Door("remove_landmark", "supervisor", f"/tempat/{UNKNOWN}/hapus"),
    Door(
        "change_spellings",
        "supervisor",
        "/tempat/kelurahan/64.74.01.1006",
        {"spellings": "loktuan; lok tuan"},
    ),
    Door("change_targets", "supervisor", "/pengawas/sasaran"),
    Door(
        "change_ladder",
        "administrator",
        "/eskalasi/unopened",
        {"after-0": "0", "who-0": "operators", "means-0": ["push"], "again": ""},
    ),
    Door(
        "add_staff",
        "administrator",
        "/staf",
        {"name": "baru", "role": "operator", "agency": "", "password": "x"},
    ),
    *(
        Door("change_staff", "administrator", f"/staf/korban/{act}", {"password": "x"})
        for act in ("matikan", "hidupkan", "kode", "izinkan", "cabut", "sandi")
    ),
    Door("change_route", "administrator", "/rute/fire", ROUTE),
    Door("add_agency", "administrator", "/instansi", {"code": "dinas", **AGENCY}),
    Door("change_agency", "administrator", "/instansi/pln", AGENCY),
    Door("add_number", "administrator", "/nomor", {"code": "pmi", "name": "PMI", "phone": "0548112"}),
    Door("change_number", "administrator", "/nomor/pmi", {"name": "PMI", "phone": "0548112"}),
    Door("remove_number", "administrator", "/nomor/pmi/hapus"),
    Door("change_contact", "supervisor", "/jaga/112/kontak", CONTACT),
    Door("add_roster_line", "agency", "/jaga/damkar/jadwal", LINE),
    Door("swap_duty", "administrator", "/jaga/damkar/tukar", SWAP),
    *(
        Door("remove_from_roster", "supervisor", f"/jaga/112/hapus/{what}/{UNKNOWN}")
        for what in ("kontak", "jadwal", "tukar")
    ),
    Door(
        "ask_for_glass",
        "supervisor",
        "/darurat",
        {"number": "B-0001", "day": "2026-11-24", "reason": "danger"},
    ),
    Door("agree_to_glass", "administrator", f"/darurat/{UNKNOWN}/setuju"),
    Door("counsel_take", "counsellor", "/pendamping/kasus/{case}/ambil"),
    Door(
        "counsel_duty",
        "counsellor",
        "/pendamping/kasus/{case}/tenggat",
        {"duty": "contact", "answer": "done"},
    ),
    Door("counsel_contact", "counsellor", "/pendamping/kasus/{case}/kontak", {"code_word": "yes"}),
    Door(
        "counsel_keep_key",
        "counsellor",
        "/pendamping/kunci",
        {"public": "AA", "wrapped": {"salt": "AA"}},
        json=True,
    ),
    Door("counsel_wrap_key", "counsellor", "/pendamping/kunci/k1", {"wrapped": {"salt": "AA"}}, json=True),
    Door(
        "counsel_unseal",
        "counsellor",
        "/pendamping/kasus/{case}/buka",
        {"items": ["a"], "key": "k", "words": True},
        json=True,
    ),
    Door(
        "counsel_answer",
        "counsellor",
        "/pendamping/kasus/{case}/pesan",
        {"id": UNKNOWN, "sealed": "AAAA"},
        json=True,
    ),
    Door(
        "counsel_share",
        "counsellor",
        "/pendamping/kasus/{case}/bungkus",
        {"wraps": {"a": "AA"}, "key": "k", "to": "l"},
        json=True,
    ),
    Door("choose_language", "auditor", "/akun/bahasa", {"lang": "en"}),
    Door("change_password", "auditor", "/akun/sandi", {"password": PASSWORD, "new": "x", "again": "x"}),
    Door("sign_out_one", "auditor", "/akun/sesi/x/keluar"),
    Door("sign_out_everywhere", "auditor", "/akun/keluar-semua", {"password": "x"}),
    Door("remove_passkey", "auditor", f"/akun/kunci/{UNKNOWN}/hapus", {"password": "x"}),
    Door("sign_out", "auditor", "/keluar"),
    Door("sign_in_now", "stranger", "/masuk", {"name": "korban", "password": "x", "next": "/console/"}),
    Door("second_step_now", "half", "/langkah-dua", {"code": "000000", "next": "/console/"}),
    Door("set_up_now", "half", "/pasang-kode", {"code": "000000", "password": PASSWORD}),
    Door("put_off", "half", "/nanti-saja", {"next": "/console/"}),
    Door("new_passkey_options", "half", "/api/passkey/new/options", json=True),
    Door("new_passkey", "half", "/api/passkey/new", PASSKEY, json=True),
    Door("passkey_options", "half", "/api/passkey/options", json=True),
    Door("passkey_now", "half", "/api/passkey", PASSKEY, json=True),
)
