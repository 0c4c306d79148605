"""Normalise telephone numbers to E.164 (`+62…`); keep the text where it is not understood."""

from __future__ import annotations

import re

COUNTRY = "ID"
_PLAIN = re.compile(r"(?:\+62|62|0)(8[1-9][0-9]{7,10})")
"""Usual spelling of a mobile number; matched without the phonenumbers library (0.1 s to import)."""
_LONGEST = 40
"""Characters; longer text is kept as it is."""


def read_phone(text: str | None) -> str | None:
    """Return E.164 (`+628115940777`), or the text as it is where no number is recognised."""
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
