"""Define the kinds of emergency and read their definitions from `pwa/data/kinds.json`.

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
"""The phone reads it too; its order of kinds is the order of the list behind *Lainnya*."""
MOST_QUESTIONS: Final = 4
"""Maximum of closed questions of a kind in the report form."""


class Kind(StrEnum):
    """A kind of emergency, by its code in reports, incidents and the routing table."""

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
"""Uses the silent channel: it becomes no incident, is absent from the form, and leaves nothing on the phone."""


@dataclass(frozen=True, slots=True)
class KindDefinition:
    """Definition of one kind in `pwa/data/kinds.json`; a field missing there is empty."""

    questions: tuple[str, ...] = ()
    """Closed questions of the report form; words `question.*`."""
    advice: tuple[str, ...] = ()
    """Topics of `pwa/data/advice.*.json` that the phone shows, the likeliest first."""
    first_advice: str = ""
    """The topic in the response to a report, where it is not the first of `advice`."""
    operator_questions: tuple[str, ...] = ()
    """Questions that an operator asks a reporter; words `ask.q.*`."""
    replies: tuple[str, ...] = ()
    """Ready replies of an operator; words `ask.r.*`."""
    guess_words: str = ""
    """Beginnings of the words by which callers in the city mean this kind: lower case, separated by spaces."""
    visible_to_neighbours: bool = False
    """Visible from the street: reporters nearby may be asked whether theirs is the same (docs/decisions/0047)."""

    @property
    def answer_topic(self) -> str:
        """Return the topic whose first sentences the response to a report carries."""
        return self.first_advice or self.advice[0]


def read_kinds(path: Path = KINDS_FILE) -> Mapping[Kind, KindDefinition]:
    """Read the definitions of all kinds, in the order of `Kind`.

    Raises:
        KeyError: a kind is in `Kind` or in the file, but not in both.
        TypeError: a definition has a field that `KindDefinition` lacks.
    """
    rows: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))["kinds"]
    if unknown := rows.keys() - set(KINDS):
        raise KeyError(*sorted(unknown))
    return {
        kind: KindDefinition(**{name: _as_tuple(value) for name, value in rows[kind].items()})
        for kind in KINDS
    }


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


KIND_DEFINITIONS: Final = read_kinds()
