"""Write tables as CSV or XLSX files, with numbers as numbers and every formula escaped as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response

Cell = str | int | float | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """Table with name, column names and rows."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def as_csv(table: Table, file: str) -> Response:
    """Return one table as CSV (RFC 4180, UTF-8 with byte order mark, which spreadsheets need)."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow(table.columns)
    writer.writerows([_escape_formula(cell) for cell in row] for row in table.rows)
    return _download("\ufeff" + sink.getvalue(), "text/csv; charset=utf-8", f"{file}.csv")


def as_xlsx(tables: Iterable[Table], file: str) -> Response:
    """Return tables as one workbook, each on its own sheet."""
    import xlsxwriter

    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(sink, options) as book:
        strong = book.add_format({"bold": True, "bottom": 1})
        for table in tables:
            sheet = book.add_worksheet(table.name[:31])
            sheet.write_row(0, 0, table.columns, strong)
            widths = [len(name) for name in table.columns]
            for row_number, row in enumerate(table.rows, 1):
                sheet.write_row(row_number, 0, row)
                widths = [
                    max(width, len(str(cell if cell is not None else "")))
                    for width, cell in zip(widths, row, strict=True)
                ]
            for column, width in enumerate(widths):
                sheet.set_column(column, column, min(width + 2, 48))
            sheet.freeze_panes(1, 0)
    return _download(sink.getvalue(), XLSX, f"{file}.xlsx")


def _escape_formula(cell: Cell) -> Cell:
    """Return a cell with a formula escaped by an apostrophe (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _download(content: str | bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
