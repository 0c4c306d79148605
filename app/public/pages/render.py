"""Renders the residents' pages: complete without script, in the language that the phone requests."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.core.clock import wita_time
from app.core.i18n import DEFAULT, LANGUAGE_COOKIE, LOCALES, has, say
from app.http.security_headers import PAGE, content_policy
from app.public.pages.assets import Assets

STYLES = ("css/tokens.css", "css/base.css", "css/form.css")
"""Styles of the first paint: they stand inside the page and are allowed by their hash."""
TEMPLATES = Path(__file__).parent / "templates"


class Shell:
    """Renders the templates of this release."""

    def __init__(self, assets: Assets, tiles_source: str = "") -> None:
        self.assets = assets
        self.kinds: dict[str, Any] = json.loads(assets.files["data/kinds.json"].body)
        self._style = "".join(assets.files[name].body.decode() for name in STYLES)
        self._sprite = Markup(assets.files["icons/sprite.svg"].body.decode())  # noqa: S704 our own file
        self._tiles_source = tiles_source
        allowed = b64encode(sha256(self._style.encode()).digest()).decode()
        self._page = {**PAGE, "style-src": f"{PAGE['style-src']} 'sha256-{allowed}'"}
        self._templates = _templates(assets)

    @property
    def policy(self) -> str:
        """Return the Content-Security-Policy of every page; it allows map tiles of the origin in the settings."""
        return content_policy({**self._page, "img-src": f"{PAGE['img-src']} {self._tiles_source}".strip()})

    def page(self, name: str, locale: str, /, **values: object) -> str:
        """Return the template `name` rendered in `locale` with `values`."""

        def translate(key: str, **fields: object) -> str:
            return say(locale, key, **fields)

        def translate_first(*keys: str, **fields: object) -> str:
            return next((say(locale, key, **fields) for key in keys if has(locale, key)), keys[-1])

        return self._templates.get_template(name).render(
            lang=locale,
            t=translate,
            t_first=translate_first,
            asset=self.assets.url,
            modules=[self.assets.url(module) for module in self.assets.modules],
            style=Markup(self._style),  # noqa: S704 our own files
            sprite=self._sprite,
            **values,
        )


@lru_cache(maxsize=4)
def _templates(assets: Assets) -> Environment:
    """Return the templates of a release; each is compiled once a process."""
    made = Environment(
        loader=ChoiceLoader(
            [DictLoader({"index.html": assets.shell["index.html"].decode()}), FileSystemLoader(TEMPLATES)]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["icon"] = icon
    made.filters["clock"] = lambda moment: wita_time(datetime.fromisoformat(moment))
    return made


def icon(name: str, size: str = "") -> Markup:
    """Return the pictogram `name` of the sprite, hidden from screen readers."""
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="#i-{}"/></svg>').format(size, name)


def language(chosen: str | None, cookies: Mapping[str, str], accepted: Iterable[str]) -> str:
    """Return the locale: the chosen one, else that of the cookie, else the phone's, else Indonesian."""
    for wanted in (chosen, cookies.get(LANGUAGE_COOKIE), *(tag[:2].lower() for tag in accepted)):
        if wanted in LOCALES:
            return wanted
    return DEFAULT
