"""Formats the number of a report, which counts per day in Bontang and is read out on the telephone."""


def spoken_number(number: int) -> str:
    """Return `B-0421` for the 421st of its day."""
    return f"B-{number:04d}"
