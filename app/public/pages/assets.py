"""Serves the app's files under one digest a release: cached for ever, compressed, never mixed between releases."""

from __future__ import annotations

import gzip
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from rjsmin import jsmin

from config import ROOT

FOLDER = ROOT / "pwa"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
}
PACKED = {".css", ".js", ".json", ".svg"}
"""Types that gzip makes smaller."""
LEAFLET = ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png")
"""Files of the installed wheel `django-js-lib-leaflet`; none of them is committed."""
ENTRY = "js/pages/router.js"
NOT_BEFOREHAND = re.compile(r"console|js/counsellor/|^audio/|^leaflet/|-512|app-180|call-|report-192|signin")
"""Files that a resident's phone fetches when needed, not by the service worker in the background."""
_IMPORT = re.compile(r"\bimport\s*(?:[\w$\s{},*]+?from\s*)?'(\.{1,2}/[\w/-]+\.js)'")


@dataclass(frozen=True, slots=True)
class Asset:
    """Holds a file with its media type and whether it is compressed on the way."""

    body: bytes
    type: str
    packs: bool


@lru_cache(maxsize=512)
def packed(body: bytes) -> bytes:
    """Return `body` compressed; the result is cached, one entry a file."""
    return gzip.compress(body, 9, mtime=0)


class Assets:
    """Holds the files of this release by path, such as `js/pages/router.js`."""

    def __init__(self, files: Mapping[str, Asset], shell: Mapping[str, bytes]) -> None:
        self.files = files
        self.shell = shell
        """Templates that the server fills: they count for the digest and are never served raw."""
        digest = sha256()
        for name, body in sorted({**{name: file.body for name, file in files.items()}, **shell}.items()):
            digest.update(f"{name}\0{len(body)}\0".encode() + body)
        self.digest = digest.hexdigest()[:16]

    @classmethod
    @cache
    def read(cls, root: Path = FOLDER) -> Assets:
        """Read the tree of this release and the map library."""
        files: dict[str, Asset] = {}
        shell: dict[str, bytes] = {}
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if not path.is_file() or name.endswith(".d.ts"):
                continue
            if name in {"index.html", "sw.js", "manifest.webmanifest"}:
                shell[name] = path.read_bytes()
            elif path.suffix in TYPES:
                body = path.read_bytes()
                if path.suffix == ".js":
                    body = jsmin(body)
                files[name] = Asset(body, TYPES[path.suffix], path.suffix in PACKED)
        files.update(_leaflet())
        return cls(files, shell)

    def url(self, name: str) -> str:
        """Return the address of a file of this release.

        Raises:
            KeyError: there is no such file.
        """
        if name not in self.files:
            raise KeyError(name)
        return f"/s/{self.digest}/{name}"

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """Return the modules that the first screen needs, nearest first, for the page's preload list."""
        found = [ENTRY]
        for name in found:
            found += [near for near in self.imports(name) if near not in found]
        return tuple(found)

    def imports(self, module: str) -> list[str]:
        """Return the modules that `module` imports statically, in order."""
        text = self.files[module].body.decode()
        folder = posixpath.dirname(module)
        found = (posixpath.normpath(posixpath.join(folder, path)) for path in _IMPORT.findall(text))
        return list(dict.fromkeys(found))

    @cached_property
    def beforehand(self) -> tuple[str, ...]:
        """Return the addresses that the service worker fetches in the background at the first visit."""
        return tuple(self.url(name) for name in self.files if not NOT_BEFOREHAND.search(name))

    @cached_property
    def manifest(self) -> bytes:
        """Return the web app manifest with the addresses of this release."""
        manifest = json.loads(self.shell["manifest.webmanifest"])
        pictures = manifest["icons"] + [icon for entry in manifest["shortcuts"] for icon in entry["icons"]]
        for picture in pictures:
            picture["src"] = self.url(picture["src"])
        return json.dumps(manifest, ensure_ascii=False).encode()

    def worker(self, shells: str) -> bytes:
        """Return the service worker; `shells` changes when the home page does, so that phones notice."""
        release = {
            "release": self.digest,
            "shells": shells,
            "base": f"/s/{self.digest}/",
            "files": list(self.beforehand),
        }
        head = f"globalThis.RELEASE = {json.dumps(release)};\n"
        script: bytes = jsmin(self.shell["sw.js"])
        return head.encode() + script


def _leaflet() -> Iterator[tuple[str, Asset]]:
    spec = find_spec("js_lib_leaflet")
    if spec is None or spec.origin is None:
        raise RuntimeError("the library django-js-lib-leaflet is not installed")
    folder = Path(spec.origin).parent / "static" / "js_lib_leaflet"
    for name in LEAFLET:
        path = folder / name
        yield f"leaflet/{name}", Asset(path.read_bytes(), TYPES[path.suffix], path.suffix in PACKED)
