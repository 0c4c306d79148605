"""Match spellings of kelurahan such as "loktuan", "Berebas Pantai", "kel. telihan", "api api"."""

import re
from collections.abc import Mapping
from typing import Final

_RANKS: Final = re.compile(r"^(?:kelurahan|desa|kel\.?|ds\.?)\s+", re.IGNORECASE)
SHORT_WORDS: Final = {
    "gn": "gunung",
    "gng": "gunung",
    "tj": "tanjung",
    "tjg": "tanjung",
    "tg": "tanjung",
    "btg": "bontang",
}
OTHER_LETTERS: Final = (("berebas", "berbas"), ("brebas", "berbas"))


def folded(name: str) -> str:
    """Return the normalised spelling: lower case, without rank, blanks, punctuation or short forms."""
    words = re.split(r"[^a-z0-9]+", _RANKS.sub("", name.strip()).lower())
    joined = "".join(SHORT_WORDS.get(word, word) for word in words)
    for written, meant in OTHER_LETTERS:
        joined = joined.replace(written, meant)
    return joined


def match(name: str, names: Mapping[str, str]) -> str | None:
    """Return the code of the kelurahan that fits a name; `names` maps normalised spellings to codes.

    None when no kelurahan fits or several do ("Berebas" alone is two).
    """
    wanted = folded(name)
    if wanted in names:
        return names[wanted]
    longer = {code for spelled, code in names.items() if len(wanted) >= 5 and spelled.startswith(wanted)}
    return longer.pop() if len(longer) == 1 else None
