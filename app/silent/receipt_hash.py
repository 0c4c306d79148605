"""What the table holds of a receipt: keyed hashes, of no use to whoever has the table alone."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.secrets import Secrets


@dataclass(frozen=True, slots=True)
class ReceiptSent:
    """The three things her browser made of the receipt: lookup id, authenticator, public point."""

    lookup: bytes
    proof: bytes
    public: bytes


def lookup_hash(secrets: Secrets, lookup: bytes) -> str:
    """Return how a case is found by its receipt."""
    return secrets.sign("receipt-lookup", lookup.hex())


def proof_hash(secrets: Secrets, proof: bytes) -> str:
    """Return how a receipt is proven."""
    return secrets.sign("receipt-proof", proof.hex())
