"""Hash receipts with a secret key, so that the table alone is useless to a thief."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.secrets import Secrets


@dataclass(frozen=True, slots=True)
class ReceiptSent:
    """Hold the values that the browser derived from a receipt: lookup id, authenticator, public point."""

    lookup: bytes
    proof: bytes
    public: bytes


def lookup_hash(secrets: Secrets, lookup: bytes) -> str:
    """Return the keyed hash that finds a case by its receipt."""
    return secrets.sign("receipt-lookup", lookup.hex())


def proof_hash(secrets: Secrets, proof: bytes) -> str:
    """Return the keyed hash that proves a receipt."""
    return secrets.sign("receipt-proof", proof.hex())
