"""What a sealed delivery signs beside its content (`spec/sealed.md`, `spec/acts/delivery.md`)."""

from typing import Literal

from pydantic import model_validator

from lading.statement.words import Digest, Form, KeyThumbprint

Role = Literal["exchange", "consumer"]
"""Who holds a share."""


class Share(Form):
    """One share: the recipient's seal key, SHA-256 of the share, and SHA-256 of the box that holds it."""

    key: KeyThumbprint
    commitment: Digest
    box: Digest


class Sealed(Form):
    """The root over the manifest's leaves, and the two shares."""

    manifest_root: Digest
    exchange: Share
    consumer: Share

    @model_validator(mode="after")
    def _agrees(self) -> "Sealed":
        # LAD-DLV-010: whoever knew one share would know both
        if self.exchange.commitment == self.consumer.commitment:
            raise ValueError("the two shares are one")
        return self

    def share(self, role: Role) -> Share:
        """The share of this role."""
        return self.exchange if role == "exchange" else self.consumer
