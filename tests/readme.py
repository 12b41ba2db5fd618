"""The fenced blocks of a page, as its reader would run them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """The blocks of one language on a page, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [found["text"] for found in FENCE.finditer(text) if found["language"] == language]
