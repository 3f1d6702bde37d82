"""Files as commands are given them: singly, or folders of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path


def all_files(paths: Iterable[Path]) -> list[Path]:
    """Files as given; in place of a folder the files in it, by name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        else:
            found.append(path)
    return found


def read_files(paths: Iterable[Path]) -> Iterator[tuple[Path, bytes | str]]:
    """Each file with its bytes, or with why there are none."""
    for path in all_files(paths):
        try:
            yield path, path.read_bytes()
        except OSError as error:
            yield path, error.strerror or type(error).__name__
