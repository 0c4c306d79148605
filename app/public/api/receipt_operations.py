"""Rows of the public interface for the receipts' doors."""

from __future__ import annotations

from typing import Final

from app.public.api.operations import Operation
from app.public.api.schemas import silent_receipts as shapes

_PATH: Final = "/api/v1/receipts"
_PROBLEMS: Final = (404, 413, 422, 429, 503)

RECEIPT_OPERATIONS: Final = (
    Operation(
        method="post",
        path=_PATH,
        name="open_case",
        says="A case by its receipt. A wrong one is a 404, ten in a minute a 429; a right one is never refused",
        sends=shapes.CaseOpened,
        answers={200: shapes.CaseForHer},
        problems=_PROBLEMS,
    ),
    Operation(
        method="post",
        path=f"{_PATH}/items",
        name="write_sealed",
        says="Keep an envelope; the same id is the same item",
        sends=shapes.ItemSealed,
        answers={201: shapes.ItemTaken, 200: shapes.ItemTaken},
        problems=(*_PROBLEMS, 409),
    ),
    Operation(
        method="post",
        path=f"{_PATH}/chunks",
        name="send_sealed_piece",
        says="Keep a piece of an attachment, one after the other; never decoded here",
        sends=shapes.PieceSealed,
        answers={201: shapes.PieceTaken, 200: shapes.PieceTaken},
        problems=(*_PROBLEMS, 409, 507),
    ),
    Operation(
        method="post",
        path=f"{_PATH}/contact",
        name="change_contact",
        says="Change how she may be reached",
        sends=shapes.ContactChanged,
        answers={200: shapes.Changed},
        problems=(*_PROBLEMS, 409),
    ),
    Operation(
        method="post",
        path=f"{_PATH}/erase",
        name="erase_sealed",
        says="Destroy the keys of what was sealed: it opens for nobody any more",
        sends=shapes.ReceiptShown,
        answers={200: shapes.Changed},
        problems=_PROBLEMS,
    ),
)
