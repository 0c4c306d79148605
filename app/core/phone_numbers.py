"""Telephone numbers as people write them, as `+62…` where they can be understood; as said where not."""

from __future__ import annotations

import re

COUNTRY = "ID"
_PLAIN = re.compile(r"(?:\+62|62|0)(8[1-9][0-9]{7,10})")
"""A mobile number as phones and people mostly write it; understood without the library (0.1 s to import)."""
_LONGEST = 40
"""Characters; longer words are no number, and are kept as they are."""


def read_phone(text: str | None) -> str | None:
    """Return E.164 (`+628115940777`), or the words themselves. Never refuses."""
    if text is None or len(text) > _LONGEST:
        return text
    if plain := _PLAIN.fullmatch(text):
        return f"+62{plain[1]}"
    import phonenumbers

    try:
        number = phonenumbers.parse(text, COUNTRY)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
