"""Searching listings: the index finds what holds the longer words, then every word is looked for.

search = Search.of(words_of("road sensors"), {"kind": "dataset"})
search.rows(connection, f"SELECT rowid FROM listed WHERE {search.condition} LIMIT :limit", {"limit": 10})
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import apsw

from lading.problems import refuse

SEPARATOR = "\x1f"
MAX_INDEXED: Final = 48
"""Parts of words that reach the index; the rest of a long search is looked for in what it finds."""
FACETS: Final = ("kind", "grade", "collection", "jurisdiction")
"""What listings can be chosen by."""
SEARCH_SECONDS: Final = 0.5
"""How long one search may take: short words are looked for in every text, and all share few threads."""
STEPS: Final = 1_000
"""Steps of the database's machine between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in a table `listed`: a condition of SQL, and its values."""

    condition: str
    values: Mapping[str, int | str]

    @classmethod
    def of(cls, words: Sequence[str], only: Mapping[str, str]) -> "Search | None":
        """Every one of the words, and the values of some of `FACETS`; None where nothing can be found."""
        if any(SEPARATOR in word or "\0" in word for word in words):
            return None
        parts = islice((part for word in words for part in trigrams(word)), MAX_INDEXED)
        indexed = " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)
        conditions = ["listed MATCH :indexed"] if indexed else []
        conditions += [f"{facet} = :{facet}" for facet in FACETS if facet in only]
        unfound = "SELECT 1 FROM json_each(:words) WHERE instr(listed.text, json_each.value) = 0"
        condition = " AND ".join([*conditions, f"NOT EXISTS ({unfound})"])
        return cls(condition, {"indexed": indexed, "words": json.dumps(words), **only})

    def rows(
        self, connection: apsw.Connection, query: str, values: Mapping[str, int | str]
    ) -> list[tuple[Any, ...]]:
        """The rows of a query with this condition; `Refused` (busy) where it takes longer than `SEARCH_SECONDS`."""
        end = time.monotonic() + SEARCH_SECONDS
        connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
        try:
            return connection.execute(query, {**self.values, **values}).fetchall()
        except apsw.InterruptError:
            # LAD-HTP-015
            raise refuse("busy", "this search takes too long; search for longer or fewer words") from None
        finally:
            connection.set_progress_handler(None)


def words_of(text: str) -> list[str]:
    """The different words of a search text, case folded, the longest first: those say most to the index."""
    return sorted({word for word in text.casefold().split(" ") if word}, key=len, reverse=True)


def trigrams(word: str) -> list[str]:
    """Parts of three characters that cover the word and that a text which holds the word holds too."""
    starts = [*range(0, len(word) - 3, 3), len(word) - 3] if len(word) >= 3 else []
    return [word[start : start + 3] for start in starts]


def searchable(*texts: str) -> str:
    """Texts as they are searched: case folded, with a separator that no word of a statement holds."""
    return SEPARATOR.join(text.casefold() for text in texts)
