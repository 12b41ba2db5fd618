"""A document that a statement names by its hash (`spec/statement.md`, part Attachments)."""

from collections.abc import Iterator

from lading.statement.words import Digest, FileName, Form, HttpUrl, MediaType, Size


class Attachment(Form):
    """A document by name, media type, size in bytes and SHA-256. `url`: where else it lies, if anywhere."""

    name: FileName
    media_type: MediaType
    size: Size
    digest: Digest
    url: HttpUrl | None = None


def attachments_of(act: Form) -> tuple[Attachment, ...]:
    """Every attachment that an act names, wherever it stands in it, once each and in the order of its members."""
    return tuple(dict.fromkeys(_within(act)))


def _within(value: object) -> Iterator[Attachment]:
    if isinstance(value, Attachment):
        yield value
    elif isinstance(value, Form):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _within(item)
