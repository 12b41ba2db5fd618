"""What the tests of drafts share: files, and drafts of them in clear."""

from pathlib import Path
from typing import Any

from lading.client.drafting.draft import Draft, draft

CHUNK = 65_536


def text_file(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def roads_file(folder: Path) -> Path:
    """A CSV file of five chunks of 64 KiB, and a bit."""
    lines = (f"{number},N{number % 30},{number * 7 % 1000}" for number in range(26_000))
    return text_file(folder / "roads.csv", "\n".join(["sensor,road,vehicles", *lines]) + "\n")


def clear_draft(path: Path, **how: Any) -> Draft:
    return draft(path, clear=True, chunk_size=CHUNK, **how)
