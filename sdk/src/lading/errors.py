"""What can go wrong, as one tree.

    LadingError
    ├── Refused            a statement or request was refused, with a code           (lading.problems)
    ├── Unreachable        no answer: the network, not a decision                    (client)
    ├── NotUnderstood      the exchange answered outside the protocol                (client)
    │   ├── Dishonest      an answer contradicts what the exchange signed            (client)
    │   └── Insufficient   the evidence lacks what is withheld or erased             (client)
    ├── IdentityNotFound   no identity of that name on this machine                  (client)
    ├── IdentityLocked     the everyday key could not be opened                      (client)
    ├── TimedOut           what was waited for did not happen in time                (client)
    ├── ApprovalPending    a signer waits for somebody else's approval               (keys, client)
    ├── ApprovalRefused    somebody decided that it is not signed                    (client)
    ├── ContentMismatch    a file is not the one that was signed                     (client, transfer)
    │   └── ProvableFault  the provider sealed it wrongly, and anybody can see it    (lading.transfer.sealing)
    └── UsageProblem       the call itself makes no sense                            (everywhere)

Only these cross the public boundary; anything else is a bug. Each carries a `hint`: what to do next.
"""

from typing import Final

CONTENT_MISMATCH: Final = "content-mismatch"


class LadingError(Exception):
    """Root of all errors that Lading raises. `hint` says what to do next, in one sentence, or is empty."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Unreachable(LadingError):
    """No usable answer arrived. Nothing is known about whether the request took effect; sending it again is safe."""


class TimedOut(LadingError):
    """What was waited for did not happen in time. The exchange answered; waiting again is safe."""


class ApprovalPending(LadingError):
    """Nothing was signed yet: somebody else has to approve it first. The same call goes on once they have.

    `what` waits, in words, and `where` it can be approved: the path of a request, or an address.
    """

    def __init__(self, what: str, where: str, *, hint: str = "") -> None:
        super().__init__(f"{what} waits for approval: {where}", hint=hint)
        self.what = what
        self.where = where


class ApprovalRefused(LadingError):
    """Somebody who has to approve a statement refused it. It was not signed. `reason` is theirs, in words."""

    def __init__(self, message: str, *, reason: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class NotUnderstood(LadingError):
    """The peer answered with something that the protocol does not hold."""


class Dishonest(NotUnderstood):
    """The exchange's answer contradicts its own signature, log or an earlier answer. Keep the bytes: they prove it."""


class Insufficient(NotUnderstood):
    """The evidence that the exchange gave is INDETERMINATE, often because something is withheld or erased.

    `data` is the evidence file; whoever verifies it finds out what is missing.
    """

    def __init__(self, message: str, data: bytes, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.data = data


class IdentityNotFound(LadingError):
    """No identity with this name is stored here."""


class IdentityLocked(LadingError):
    """The identity's everyday key could not be decrypted."""


class ContentMismatch(LadingError):
    """Bytes differ from what was signed for them. `reason` is the token that a refused receipt gives for it."""

    def __init__(self, message: str, *, hint: str = "", reason: str = CONTENT_MISMATCH) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class UsageProblem(LadingError):
    """The arguments of a call contradict each other or the state of this machine."""
