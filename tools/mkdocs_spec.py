"""Hook for mkdocs: publish `spec/` with the site, and link every requirement id to its requirement.

The specification lives in `spec/`, outside the folder of the site's pages. Everything in it is added to the
site under `spec/`. A requirement is a block quote that starts with its id in bold; there the id becomes an
anchor, and wherever else an id stands in the text of a page, API reference included, it becomes a link to
that anchor. Blocks of code are left alone. An id that no requirement defines, or that two define, is a
warning, so that `mkdocs build --strict` fails.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ID = r"LAD-[A-Z]+-[0-9]{3}"
DEFINITION = re.compile(rf"^> \*\*({ID})\*\*", re.MULTILINE)
MENTION = re.compile(rf"(?<![\w-]){ID}(?![\w-])")
TAG = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
UNTOUCHED = ("a", "pre", "script", "style")

log = logging.getLogger("mkdocs.hooks.spec")


def definitions(texts: Mapping[str, str]) -> dict[str, str]:
    """Which page defines which requirement, from the texts of the pages. Warns where two define the same."""
    places: dict[str, str] = {}
    for page, text in texts.items():
        for name in DEFINITION.findall(text):
            if name in places:
                log.warning("%s is defined in %s and in %s", name, places[name], page)
            places[name] = page
    return places


def anchor(name: str) -> str:
    """The anchor of a requirement on its page."""
    return name.lower()


def with_anchors(markdown: str) -> str:
    """The text of a page with an anchor in front of each requirement's id."""
    return DEFINITION.sub(lambda found: f'> <a id="{anchor(found[1])}"></a>**{found[1]}**', markdown)


def with_links(html: str, link: Callable[[re.Match[str]], str]) -> str:
    """The HTML of a page with each mention of a requirement linked, except in links and blocks of code."""
    inside: list[str] = []
    parts = []
    for part in TAG.split(html):
        if TAG.fullmatch(part):
            _follow(inside, part)
        elif not inside:
            part = MENTION.sub(link, part)
        parts.append(part)
    return "".join(parts)


def _follow(inside: list[str], tag: str) -> None:
    """Keep `inside` the stack of open elements whose text stays as it is."""
    name = tag.strip("</>").partition(" ")[0].lower()
    if name not in UNTOUCHED:
        return
    if not tag.startswith("</"):
        inside.append(name)
    elif inside:
        inside.pop()


class Links:
    """Turns the mention of a requirement on one page into HTML."""

    def __init__(self, page: Page, files: Files, places: Mapping[str, str]) -> None:
        self._page = page
        self._files = files
        self._places = places

    def __call__(self, found: re.Match[str]) -> str:
        """The link to the requirement; its bare id, and a warning, where none is defined."""
        name = found[0]
        target = self._files.get_file_from_path(self._places.get(name, ""))
        if target is None:
            log.warning("%s mentions %s, which no requirement defines", self._page.file.src_uri, name)
            return name
        url = "" if target == self._page.file else target.url_relative_to(self._page.file)
        return f'<a href="{url}#{anchor(name)}">{name}</a>'


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the specification to the site."""
    from mkdocs.structure.files import File

    root = Path(config.config_file_path).parent
    texts = {}
    for path in sorted((root / "spec").rglob("*")):
        if path.is_file():
            name = path.relative_to(root).as_posix()
            files.append(File.generated(config, name, abs_src_path=str(path)))
            if path.suffix == ".md":
                texts[name] = path.read_text(encoding="utf-8")
    config.extra["requirements"] = definitions(texts)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Set the anchors of the requirements that this page defines."""
    return with_anchors(markdown) if page.file.src_uri.startswith("spec/") else markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Link the requirements that this page mentions."""
    return with_links(html, Links(page, files, config.extra["requirements"]))
