"""EDIFACT's letters and punctuation: text into segments, elements and components, and values into text.

While a text is cut, characters that a release character protects are parked on private code
points, so that cutting is plain splitting. A separator after an odd number of release
characters is data, after an even number it separates.
"""

import re

DEFAULT_SERVICE_STRING = ":+.? '"

_PARKED = {"?": "\ue000", "'": "\ue001", "+": "\ue002", ":": "\ue003"}
_FREED = {ord(parked): special for special, parked in _PARKED.items()}
# Private code points in the input itself would come out as separators.
_STRAY = dict.fromkeys((ord(parked) for parked in _PARKED.values()), "\N{REPLACEMENT CHARACTER}")
_ESCAPES = {ord(special): "?" + special for special in _PARKED}
_RELEASED = re.compile(r"\?([?'+:])")

_TAG = re.compile(r"[A-Z][A-Z0-9]{2}\Z")
_ENVELOPE_TAGS = frozenset({"UNB", "UNH", "UNT", "UNZ", "BGM", "NHS"})
_CONTENT_TAGS = frozenset({"NAD", "DTM", "RFF", "S01", "S02", "QTY", "GIS", "HEA", "LOC", "FTX", "PNA", "PDI"})
_KNOWN_TAGS = _ENVELOPE_TAGS | _CONTENT_TAGS
# Some collections mark obsolete lines with a remark before the segment; the segment starts at its tag.
_KNOWN_TAG = re.compile(rf"(?<![A-Z0-9+:])(?:{'|'.join(sorted(_KNOWN_TAGS))})(?=\+|\Z)")


class UnreadableInterchange(Exception):
    """Bytes that are no interchange, or one that does not say who sent it or what its number is.

    `reason` is a sentence without anything of the content in it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_UNQUALIFIED = frozenset({"BGM", "GIS", "PDI", "S01", "S02"})


class Segment:
    """One segment: its tag and its elements. `elements[0]` is the tag, as on the wire.

    `key` is tag and qualifier, as `NAD+GP`; the tag alone where a segment has no qualifier.
    """

    __slots__ = ("elements", "key", "tag")

    def __init__(self, tag: str, elements: list[str]) -> None:
        self.tag = tag
        self.elements = elements
        # Qualifiers are plain words: nothing in them needs releasing.
        self.key = tag if tag in _UNQUALIFIED or len(elements) < 2 else f"{tag}+{elements[1].partition(':')[0].strip()}"

    def component(self, element: int, component: int = 0) -> str:
        """A component, released and without blanks at its ends; empty where there is none."""
        if element >= len(self.elements):
            return ""
        text = self.elements[element]
        if ":" in text:
            parts = text.split(":")
            text = parts[component] if component < len(parts) else ""
        elif component:
            return ""
        return (text if text.isascii() else text.translate(_FREED)).strip()

    def components(self, element: int) -> list[str]:
        """All components of an element; one empty component where there is none."""
        if element >= len(self.elements):
            return [""]
        text = self.elements[element]
        if text.isascii():
            return [part.strip() for part in text.split(":")]
        return [part.translate(_FREED).strip() for part in text.split(":")]

    def text(self, element: int) -> str:
        """An element as one text: senders split long texts into components."""
        return " ".join(part for part in self.components(element) if part)


def decode(data: bytes) -> str:
    """Text of the bytes: UTF-8, or Latin-1 where they are not."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def tokenise(text: str) -> tuple[list[Segment], list[str]]:
    """Cut a text into segments; the second value says what had to be overlooked.

    Line ends are not data. Blanks and remarks before a segment, and a missing last terminator,
    are tolerated. Raises UnreadableInterchange where a service string makes no sense.
    """
    segments: list[Segment] = []
    warnings: list[str] = []
    for piece in _canonical(text).split("'"):
        raw = piece.lstrip()
        if not raw:
            continue
        elements = raw.split("+")
        tag = elements[0].rstrip()
        if tag not in _KNOWN_TAGS and not _TAG.match(tag):
            start = _KNOWN_TAG.search(raw)
            if start is None:
                warnings.append("text that is no segment was ignored")
                continue
            elements = raw[start.start() :].split("+")
            tag = elements[0]
            warnings.append(f"text before a {tag} segment was ignored")
        segments.append(Segment(tag, elements))
    return segments, warnings


def escape(text: str) -> str:
    """A value with a release character before each of the four specials."""
    return text.translate(_ESCAPES)


def unescape(text: str) -> str:
    """The inverse of `escape`. A `?` before any other character is data and stays."""
    return _RELEASED.sub(r"\1", text) if "?" in text else text


def _canonical(text: str) -> str:
    """The text with default separators and protected characters parked, without line ends."""
    text = text.translate(_STRAY) if not text.isascii() else text
    text = text.lstrip().replace("\r", "").replace("\n", "")
    if text.startswith("UNA"):
        service, text = text[3:9], text[9:]
        if service != DEFAULT_SERVICE_STRING:
            return _translate(text, service)
    if "?" not in text:
        return text
    # Pairs first and from the left: that is the odd and even rule.
    text = text.replace("??", _PARKED["?"])
    return text.replace("?'", _PARKED["'"]).replace("?+", _PARKED["+"]).replace("?:", _PARKED[":"])


def _translate(text: str, service: str) -> str:
    """A text in the separators of its own service string, brought to the default ones."""
    if len(service) < 6:
        raise UnreadableInterchange("the service string UNA is incomplete")
    component, element, _, release, _, terminator = service
    separators = {component: ":", element: "+", terminator: "'"}
    if len(separators) < 3 or release in separators or any(c.isalnum() or c.isspace() for c in separators):
        raise UnreadableInterchange("the service string UNA does not give three different separators")
    written: list[str] = []
    released = False
    for character in text:
        if not released and character == release and release != " ":
            released = True
        elif not released and character in separators:
            written.append(separators[character])
        else:
            written.append(_PARKED.get(character, character))
            released = False
    return "".join(written)
