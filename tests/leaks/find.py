"""Finding marked values in whatever came out, however it is wrapped."""

import base64
import binascii
import gzip
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import orjson

from tests.leaks.marks import Marks, squeezed

DEEPEST = 3
"""How often something may be wrapped: a file in an archive in base64."""

_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){6,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A marked value that was seen, where, and what stood around it."""

    mark: str
    where: str
    around: str


def find(marks: Marks, content: Any, where: str) -> list[Found]:
    """Every mark that something shows, once each."""
    seen: dict[str, Found] = {}
    for text in _texts(_bytes_of(content), DEEPEST):
        plain = squeezed(text)
        for spelt, name in marks.in_squeezed.items():
            if name not in seen and (at := plain.find(spelt)) >= 0:
                seen[name] = Found(name, where, plain[max(0, at - 40) : at + len(spelt) + 20])
        for name, pattern in marks.in_text:
            if name not in seen and (match := pattern.search(text)):
                seen[name] = Found(name, where, text[max(0, match.start() - 60) : match.end() + 30])
    return sorted(seen.values())


def _bytes_of(content: Any) -> bytes:
    if isinstance(content, bytes | bytearray | memoryview):
        return bytes(content)
    if isinstance(content, str):
        return content.encode(errors="surrogatepass")
    return orjson.dumps(content, default=str)


def _texts(data: bytes, deeper: int) -> Iterator[str]:
    """What it says, in every way in which it can be read."""
    text = data.decode(errors="replace")
    yield text
    if "%" in text or "+" in text:
        yield unquote_plus(text)
    if "&" in text:
        yield html.unescape(text)
    if "\\u" in text:
        yield _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if deeper == 0:
        return
    for inner in (*_unpacked(data), b"\0".join(_decoded(data))):
        if inner:
            yield from _texts(inner, deeper - 1)


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What is in an archive, a compressed file or the streams of a PDF."""
    with suppress(OSError, EOFError, zlib.error):
        if data.startswith(b"\x1f\x8b"):
            yield gzip.decompress(data)
    with suppress(zlib.error):
        if data[:1] == b"\x78":
            yield zlib.decompress(data)
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
    if data.startswith(b"%PDF"):
        for match in _PDF_STREAM.finditer(data):
            with suppress(zlib.error):
                yield zlib.decompress(match[1])


def _decoded(data: bytes) -> Iterator[bytes]:
    """Whatever may be hexadecimal or base64, in clear."""
    for match in _HEX.finditer(data):
        yield binascii.unhexlify(match[0])
    for match in _BASE64.finditer(data):
        run = match[0].rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
        if len(run) % 4 != 1:
            yield base64.b64decode(run + b"=" * (-len(run) % 4))
