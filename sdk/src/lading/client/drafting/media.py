"""The format and the media type of a file, by its name and its first bytes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from lading.client.drafting.parquet_file import is_parquet

Format = Literal["csv", "parquet", "other"]
_MEDIA_TYPES: Final[Mapping[str, str]] = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".mp4": "video/mp4",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".tab": "text/tab-separated-values",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
    ".wav": "audio/vnd.wave",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".zip": "application/zip",
    ".zst": "application/zstd",
}
"""A list of our own: that of the system is another one on every system."""


def format_of(path: Path) -> Format:
    """The format of a file: Parquet by how it begins, CSV by its name. Raises `OSError`."""
    if is_parquet(path):
        return "parquet"
    return "csv" if path.suffix.lower() in (".csv", ".tsv", ".tab") else "other"


def media_type_of(path: Path, kind: Format) -> str:
    """The media type of a file of this format."""
    known = _MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
    if kind == "parquet":
        return _MEDIA_TYPES[".parquet"]
    return _MEDIA_TYPES[".csv"] if kind == "csv" and not known.startswith("text/") else known
