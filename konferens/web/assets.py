"""Built front-end files under their content-hashed names."""

import json
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).parents[2] / "static" / "dist"


class AssetsMissingError(Exception):
    """The front end has not been built."""


class Assets:
    """Names of sources to addresses of built files, by static/dist/manifest.json. Raises AssetsMissingError."""

    def __init__(self) -> None:
        try:
            self._files: dict[str, str] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise AssetsMissingError("static/dist/ is not built: run 'make assets'") from error

    def url(self, name: str) -> str:
        """'css/app.css' → '/static/dist/app-1A2B.css'. Raises KeyError for a name that was not built."""
        return f"/static/dist/{self._files[name]}"


class BuiltFiles(StaticFiles):
    """static/dist: immutable, since a changed file gets another name; compressed siblings where the client takes them."""

    def __init__(self) -> None:
        super().__init__(directory=DIST)
        # What was built is known: nobody's path is looked up in the file system to find out what is compressed.
        self._compressed = {
            suffix: {str(file.relative_to(DIST).with_suffix("")) for file in DIST.rglob(f"*{suffix}")}
            for suffix in (".br", ".gz")
        }

    async def get_response(self, path: str, scope: Scope) -> Response:
        accepted = next((value for key, value in scope["headers"] if key == b"accept-encoding"), b"")
        for encoding, suffix in (("br", ".br"), ("gzip", ".gz")):
            if encoding.encode() in accepted and path in self._compressed[suffix]:
                response = await super().get_response(f"{path}{suffix}", scope)
                response.headers["Content-Encoding"] = encoding
                response.headers["Content-Type"] = _media_type(path)
                break
        else:
            response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        return response


def _media_type(path: str) -> str:
    types = {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".wasm": "application/wasm",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        ".webmanifest": "application/manifest+json",
    }
    return types.get(Path(path).suffix, "application/octet-stream")
