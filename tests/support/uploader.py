"""A phone as the server sees it: requests, without a browser."""

from app.core.ids import new_id


class Phone:
    """A phone that has sent a report and goes on with its photos."""

    def __init__(self, client):
        self.client = client
        told = client.post("/api/v1/reports", json={"kind": "fire"}, headers={"Idempotency-Key": new_id()})
        self.id, self.headers = told.json["id"], {"Authorization": f"Bearer {told.json['track_token']}"}

    def announce(self, content: bytes, **other):
        """Announce a photo; `other` replaces what is said about it."""
        sent = {"id": new_id(), "bytes": len(content), "type": "image/jpeg", "sha256": None} | other
        return self.client.post(f"/api/v1/reports/{self.id}/media", json=sent, headers=self.headers)

    def send(self, address: str, piece: bytes, offset: int):
        headers = self.headers | {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }
        return self.client.patch(address, data=piece, headers=headers)

    def upload(self, content: bytes, **other) -> str:
        """Announce and send a whole photo; return its address."""
        address = self.announce(content, **other).json["upload_url"]
        assert self.send(address, content, 0).status_code == 204
        return address

    def where(self, address: str):
        return self.client.head(address, headers=self.headers)

    def get(self, address: str):
        return self.client.get(address, headers=self.headers)

    def photo(self) -> dict:
        """The newest photo as the status page is told."""
        return self.client.get(f"/api/v1/reports/{self.id}", headers=self.headers).json["media"][-1]
