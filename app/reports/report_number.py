"""The number a report is called by: counted per day in Bontang, said on the telephone."""


def spoken_number(number: int) -> str:
    """Return `B-0421` for the 421st of its day."""
    return f"B-{number:04d}"
