"""What the demo trades: a file of the user's, or an open data set that comes as a Python package."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lading.cli.words import Collection
from lading.errors import UsageProblem

_PACKAGE: Final = "airportsdata"
_TABLE: Final = "airports.csv"


@dataclass(frozen=True, slots=True)
class Goods:
    """A file, and what its listing says about it."""

    path: Path
    title: str
    source: str
    collection: Collection
    description: str | None = None
    licence: str | None = None
    media_type: str | None = None
    keywords: tuple[str, ...] = ()

    @property
    def save_as(self) -> str:
        """The name under which the consumer keeps it."""
        return self.path.name


def goods(file: Path | None) -> Goods:
    """The file to trade; `UsageProblem` where it cannot be read."""
    if file is None:
        return _airports()
    if not file.is_file():
        raise UsageProblem(f"{file} is no file", hint="Name a file with --file.")
    return Goods(
        file, title=_title(file.name), source="A file of whoever runs the demo", collection="derived"
    )


def _airports() -> Goods:
    """The table of airports in the package airportsdata, under the licence that the package's metadata
    names.
    """
    from importlib.metadata import PackageNotFoundError, metadata
    from importlib.resources import as_file, files

    try:
        about = metadata(_PACKAGE)
        with as_file(files(_PACKAGE) / _TABLE) as path:
            table = Path(path)
    except (PackageNotFoundError, ModuleNotFoundError):
        hint = 'Install it with: pip install "lading[demo]". Or name a file of your own with --file.'
        raise UsageProblem(f"the data set {_PACKAGE} is not installed", hint=hint) from None
    return Goods(
        table,
        title="Airports of the world",
        source=f"The package {_PACKAGE}, made from open sources",
        collection="derived",
        description=f"Codes, positions and time zones of airports. Package {_PACKAGE} {about['Version']}.",
        licence=about["License-Expression"],
        media_type="text/csv",
        keywords=("airports", "aviation", "open data"),
    )


def _title(name: str) -> str:
    """A title that a listing may have, from a file name."""
    shown = "".join(sign if sign.isprintable() else " " for sign in name)[:200].strip()
    return shown or "A file"
