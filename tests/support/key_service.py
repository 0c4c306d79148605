"""A key service on loopback that speaks Vault's transit protocol, the command that asks it.

Calls for help under its key.
"""

import base64
import json
import shlex
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.db import Database
from app.core.ids import new_id
from app.core.secrets import Secrets
from app.silent.crypto.master_key import MasterKey
from app.silent.dispatch_summary import DispatchSummary
from app.silent.encrypted_fields import summary_of
from app.silent.intake import SilentReport, store_silent_report
from app.silent.models import SilentCase

TOKEN = "s.uji"
ASK = """
import json, sys, urllib.request
url, token, *files = sys.argv[1:]
for file in files:
    body = json.dumps({"ciphertext": open(file).read()}).encode()
    request = urllib.request.Request(url, body, {"X-Vault-Token": open(token).read()}, method="POST")
    print(json.load(urllib.request.urlopen(request, timeout=60))["data"]["plaintext"])
"""
"""What `vault write -field=plaintext transit/decrypt/siaga ciphertext=@FILE` does."""


class Transit:
    """Vault's transit engine as far as one asks it: POST /v1/transit/decrypt/<name>, base64, `vault:v1:`."""

    def __init__(self, folder: Path):
        self.lock, self.requests, self.away = AESGCM(AESGCM.generate_key(256)), 0, False
        self.answering = threading.Event()
        self.answering.set()
        self.first = AESGCM.generate_key(256)
        self.folder = folder
        transit = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                transit.requests += 1
                transit.answering.wait()
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, received = transit.answer(self.path, self.headers["X-Vault-Token"], body)
                content = json.dumps(received).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        (folder / "ask.py").write_text(ASK)
        (folder / "token").write_text(TOKEN)
        self.serve_files()

    def answer(self, path: str, token: str | None, body: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.away:
            return 503, {"errors": ["Vault is sealed"]}
        if token != TOKEN or path != "/v1/transit/decrypt/siaga":
            return 403, {"errors": ["permission denied"]}
        sealed = base64.b64decode(body["ciphertext"].removeprefix("vault:v1:"))
        try:
            plain = self.lock.decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag:
            return 400, {"errors": ["cipher: message authentication failed"]}
        return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}

    def hold(self, key: bytes) -> Path:
        """Let the service hold a key: return what lies on our disk of it."""
        nonce = bytes([len(list(self.folder.iterdir()))] * 12)
        file = self.folder / f"outer.{len(list(self.folder.iterdir()))}"
        file.write_text("vault:v1:" + base64.b64encode(nonce + self.lock.encrypt(nonce, key, None)).decode())
        return file

    def serve_files(self, *files: Path) -> None:
        """Let the command print these keys, newest first, from now on."""
        (self.folder / "files").write_text("\n".join(map(str, files)))
        address = f"http://127.0.0.1:{self.server.server_port}/v1/transit/decrypt/siaga"
        words = f"{shlex.quote(sys.executable)} ask.py {address} token $(cat files)"
        self.command = f"sh -c {shlex.quote(f'cd {shlex.quote(str(self.folder))} && {words}')}"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Transit]:
    folder = tmp_path / "service"
    folder.mkdir()
    transit = Transit(folder)
    yield transit
    transit.answering.set()
    transit.server.shutdown()
    transit.server.server_close()


@pytest.fixture
def asking(service: Transit, secrets: Secrets) -> Secrets:
    """Secrets of an installation whose key the service holds."""
    service.serve_files(service.hold(service.first))
    return replace(secrets, outer_command=service.command)


def ask_for_help(database: Database, secrets: Secrets) -> str:
    return store_silent_report(
        database, secrets, SilentReport(key=new_id(), body="", block=DispatchSummary(weapon="yes"))
    ).id


def weapon(database: Database, case_id: str, outer: MasterKey) -> str | None:
    with database.read() as session:
        return summary_of(outer, session.get_one(SilentCase, case_id)).weapon


def cases(database: Database) -> int:
    with database.read() as session:
        return session.query(SilentCase).count()
