"""Static files, read once at the start, sent compressed where that is safe."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from pathlib import Path

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from holdfast.kit.errors import NotFound
from holdfast.kit.scripts import script

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
SQUEEZED = {".css", ".js", ".svg", ".json", ".webmanifest"}
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


class StaticFile(Struct, frozen=True):
    """One file as it is sent."""

    body: bytes
    squeezed: bytes | None
    kind: str
    etag: str


class StaticFiles:
    """Everything below a folder, held in memory."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            str(path.relative_to(folder)): read(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix not in {".ts", ".toml", ".txt", ".md"}
        }

    def response(self, request: Request, name: str) -> Response:
        """The file, or word that the browser has it already. Raises `NotFound`."""
        file = self._files.get(name)
        if file is None:
            raise NotFound
        versioned = "v" in request.query_params
        headers = {
            "etag": file.etag,
            "cache-control": FOREVER if versioned else ASK_AGAIN,
            "vary": "accept-encoding",
        }
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        if file.squeezed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(file.squeezed, headers=headers, media_type=file.kind)
        return Response(file.body, headers=headers, media_type=file.kind)


def sent(path: Path) -> bytes:
    """What goes out for a file."""
    return script(path).encode() if path.suffix == ".js" else path.read_bytes()


def read(path: Path) -> StaticFile:
    body = sent(path)
    squeezed = gzip.compress(body, 9, mtime=0) if path.suffix in SQUEEZED else None
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kind += "; charset=utf-8" if kind == "image/svg+xml" else ""
    return StaticFile(body, squeezed, kind, f'"{hashlib.sha256(body).hexdigest()[:16]}"')
