"""Closed lists of the domain: the kinds of emergency and what `pwa/data/kinds.json` says about each.

Enumerations of one package stand beside its tables. docs/decisions/0058 lists the files that a new kind touches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from config import ROOT

KINDS_FILE: Final = ROOT / "pwa" / "data" / "kinds.json"
"""Read by the phone too; its order of kinds is the order behind *Lainnya*."""
MOST_QUESTIONS: Final = 4
"""Closed questions of a kind in the report form."""


class Kind(StrEnum):
    """What happens to people, by its code in reports, incidents and the routing table."""

    FIRE = "fire"
    MEDICAL = "medical"
    ACCIDENT = "accident"
    VIOLENCE_HOME = "violence_home"
    CRIME = "crime"
    FLOOD = "flood"
    RIOT = "riot"
    DROWNING = "drowning"
    GAS_CHEMICAL = "gas_chemical"
    LANDSLIDE_STORM = "landslide_storm"
    WILDLIFE = "wildlife"
    POWER_LINE = "power_line"
    TREE_DOWN = "tree_down"
    PUBLIC_ORDER = "public_order"
    OTHER = "other"


KINDS: Final = tuple(Kind)
SILENT_KIND: Final = Kind.VIOLENCE_HOME
"""Goes through the silent channel: never an incident, never in the form, nothing of it stays on the phone."""


@dataclass(frozen=True, slots=True)
class KindDefinition:
    """One kind of `pwa/data/kinds.json`; what it leaves out is empty."""

    questions: tuple[str, ...] = ()
    """Closed questions of the report form; words `question.*`."""
    advice: tuple[str, ...] = ()
    """Topics of `pwa/data/advice.*.json` that the phone shows, the likeliest first."""
    first_advice: str = ""
    """The topic that the answer to a report carries, where it is not the first of `advice`."""
    operator_questions: tuple[str, ...] = ()
    """Questions that an operator asks a reporter; words `ask.q.*`."""
    replies: tuple[str, ...] = ()
    """Ready replies of an operator; words `ask.r.*`."""
    guess_words: str = ""
    """Beginnings of the words by which callers in the city mean this kind: lower case, separated by spaces."""
    visible_to_neighbours: bool = False
    """The street sees it anyway: neighbours may be asked whether theirs is the same (docs/decisions/0047)."""

    @property
    def answer_topic(self) -> str:
        """The topic whose first sentences the answer to a report carries."""
        return self.first_advice or self.advice[0]


def read_kinds(path: Path = KINDS_FILE) -> Mapping[Kind, KindDefinition]:
    """Read the definitions of all kinds, in the order of `Kind`.

    Raises:
        KeyError: a kind stands in one of `Kind` and the file alone.
        TypeError: a definition has a name that is none of `KindDefinition`.
    """
    rows: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))["kinds"]
    if unknown := rows.keys() - set(KINDS):
        raise KeyError(*sorted(unknown))
    return {
        kind: KindDefinition(**{name: _frozen(value) for name, value in rows[kind].items()}) for kind in KINDS
    }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


KIND_DEFINITIONS: Final = read_kinds()
