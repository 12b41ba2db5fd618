"""A document that a statement names by its hash (`spec/statement.md`, part Attachments)."""

from lading.statement.words import Digest, FileName, Form, HttpUrl, MediaType, Size


class Attachment(Form):
    """A document by name, media type, size in bytes and SHA-256. `url`: where else it lies, if anywhere."""

    name: FileName
    media_type: MediaType
    size: Size
    digest: Digest
    url: HttpUrl | None = None
