"""The evidence file: statements of one or more logs, with inclusion paths under signed checkpoints (LAD-EVI-002)."""

from itertools import pairwise
from typing import Annotated, Final, Literal

from pydantic import FailFast, Field, StringConstraints, ValidationError, model_validator

from lading.problems import Refused
from lading.statement import canonical
from lading.statement.envelope import statement_id
from lading.statement.parts import is_within
from lading.statement.words import Form, Id, Origin, Size, StatementId

FORMAT: Final = "lading-evidence/1"
MEDIA_TYPE: Final = "application/lading-evidence+json"
MAX_BYTES: Final = 16 * 1024 * 1024
MAX_PARTS: Final = 1_000_000
"""Members of all objects and items of all lists together; more do not fit into a file that is one."""
MAX_MEMBERS: Final = 6
"""Members of the largest object, an entry's."""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\z")]


class EvidenceEntry(Form):
    """One log entry: index, registration time in milliseconds, the statement or the id of a withheld one, its path."""

    index: Size
    time: Size
    statement: Annotated[str, Field(min_length=1, max_length=65_536)] | None = None
    withheld: StatementId | None = None
    path: Annotated[tuple[Hash, ...], Field(max_length=63), FailFast()]
    checkpoint: Annotated[int, Field(ge=0, le=63)]

    @model_validator(mode="after")
    def _agrees(self) -> "EvidenceEntry":
        if (self.statement is None) == (self.withheld is None):
            raise ValueError("an entry has its statement, or says which one is withheld")
        return self

    @property
    def id(self) -> Id:
        """The statement that the entry is about."""
        return (
            statement_id(self.statement.encode()) if self.statement is not None else Id(self.withheld or "")
        )


class EvidenceLog(Form):
    """What one log contributes: checkpoints as notes, entries in log order."""

    origin: Origin
    checkpoints: Annotated[
        tuple[Annotated[str, Field(max_length=65_536)], ...], Field(min_length=1, max_length=64), FailFast()
    ]
    entries: Annotated[tuple[EvidenceEntry, ...], Field(min_length=1, max_length=65_536), FailFast()]

    @model_validator(mode="after")
    def _agrees(self) -> "EvidenceLog":
        indices = [entry.index for entry in self.entries]
        if any(later <= earlier for earlier, later in pairwise(indices)):
            raise ValueError("entries do not stand in rising order")
        named = [entry.id for entry in self.entries]
        if len(set(named)) != len(named):
            raise ValueError("a statement stands twice")
        if {entry.checkpoint for entry in self.entries} != set(range(len(self.checkpoints))):
            raise ValueError("a checkpoint is missing or unused")
        return self


class EvidenceFile(Form):
    """The whole file: what it is about, and the logs that speak."""

    format: Literal["lading-evidence/1"]
    subject: StatementId
    logs: Annotated[tuple[EvidenceLog, ...], Field(min_length=1, max_length=16), FailFast()]

    @model_validator(mode="after")
    def _agrees(self) -> "EvidenceFile":
        origins = [log.origin for log in self.logs]
        if len(set(origins)) != len(origins):
            raise ValueError("two parts of one log")
        return self


def parse(data: bytes) -> EvidenceFile:
    """The evidence that a file spells; `ValueError` where malformed or not in canonical form. Verifies nothing."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    try:
        if not is_within(canonical.loads(data), parts=MAX_PARTS, members=MAX_MEMBERS):
            raise ValueError("more members or items than an evidence file has")
        parsed = EvidenceFile.model_validate_json(data)
    except Refused as refusal:
        raise ValueError(refusal.detail) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise ValueError(f"{'/'.join(map(str, first['loc']))}: {first['msg']}") from None
    if render(parsed) != data:
        raise ValueError("null stands where a member is left out")
    return parsed


def render(evidence: EvidenceFile) -> bytes:
    """The canonical bytes of the file."""
    return canonical.dumps(evidence.model_dump(mode="json", exclude_none=True))
