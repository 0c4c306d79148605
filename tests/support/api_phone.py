"""A phone as the server sees it: requests, without a browser."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.ids import new_id


class Phone:
    """A phone that has sent a report and goes on with its photos."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        answer = client.post("/api/v1/reports", json={"kind": "fire"}, headers={"Idempotency-Key": new_id()})
        receipt = answer.get_json()
        self.id: str = receipt["id"]
        self.headers = {"Authorization": f"Bearer {receipt['track_token']}"}

    def announce(self, content: bytes, **other: object) -> TestResponse:
        """Announce a photo; `other` replaces what is said about it."""
        sent = {"id": new_id(), "bytes": len(content), "type": "image/jpeg", "sha256": None} | other
        return self.client.post(f"/api/v1/reports/{self.id}/media", json=sent, headers=self.headers)

    def send(self, address: str, piece: bytes, offset: int) -> TestResponse:
        headers = self.headers | {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }
        return self.client.patch(address, data=piece, headers=headers)

    def upload(self, content: bytes, **other: object) -> str:
        """Announce and send a whole photo; return its address."""
        address: str = self.announce(content, **other).get_json()["upload_url"]
        assert self.send(address, content, 0).status_code == 204
        return address

    def where(self, address: str) -> TestResponse:
        return self.client.head(address, headers=self.headers)

    def get(self, address: str) -> TestResponse:
        return self.client.get(address, headers=self.headers)

    def photo(self) -> dict[str, Any]:
        """The newest photo as the status page is told."""
        shown = self.get(f"/api/v1/reports/{self.id}").get_json()
        newest: dict[str, Any] = shown["media"][-1]
        return newest
