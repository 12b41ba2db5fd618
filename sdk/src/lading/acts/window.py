"""Which calls of a service, or offsets of a stream, a delivery stands for (`spec/acts/delivery.md`, part Windows)."""

from typing import Annotated

from pydantic import Field, model_validator

from lading.statement.words import Form, Size

Position = Annotated[int, Field(ge=1, le=2**53 - 1)]


class Window(Form):
    """Metered calls, or offsets of a stream, from `first` to `last` inclusive; `count` of them were answered."""

    first: Position
    last: Position
    count: Size

    @model_validator(mode="after")
    def _agrees(self) -> "Window":
        # LAD-DLV-022
        if self.first > self.last or self.count > self.last - self.first + 1:
            raise ValueError("a window ends where it begins or later, and holds at most what lies between")
        return self
