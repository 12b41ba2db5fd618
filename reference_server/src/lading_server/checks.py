"""The exchange's admission checks: they may only refuse, and replay ignores them (LAD-REG-009)."""

from typing import Final

from lading.acts import attachments_of
from lading.acts.base import Act, Place, Statement, View
from lading.acts.claim import Claim
from lading.acts.delivery import Delivery
from lading.acts.participant import Participant
from lading.acts.records import ParticipantRecord
from lading.acts.sealed import Role
from lading.problems import refuse
from lading.register.register import AdmissionCheck
from lading_server.attachments import AttachmentStore
from lading_server.content import ContentForm, ContentStore
from lading_server.shares import Shares
from lading_server.sight import Sight

MAX_PENDING: Final = 10_000
"""Participants that may wait for their admission at a time."""
MAX_STATEMENTS_PENDING: Final = 8
"""Statements that one participant may register while it waits."""
ROLES: Final[tuple[Role, ...]] = ("exchange", "consumer")


class AdmissionChecks:
    """The checks, over what this exchange stores and holds."""

    def __init__(
        self, content: ContentStore, attachments: AttachmentStore, shares: Shares, content_bytes: int
    ) -> None:
        self._content = content
        self._attachments = attachments
        self._shares = shares
        self._content_bytes = content_bytes

    @property
    def all(self) -> tuple[AdmissionCheck, ...]:
        """All checks, in the order in which they are asked."""
        return (
            not_too_many_pending,
            self.fits,
            self.content_is_held,
            self.boxes_are_held,
            self.attachments_are_held,
            self._shares.check,
        )

    @property
    def before_upload(self) -> tuple[AdmissionCheck, ...]:
        """The checks of a ticket: those that do not ask for what is about to be uploaded."""
        return (self.fits, self._shares.check_key)

    def fits(self, view: View, statement: Statement[Act], at: Place) -> None:
        """A delivery's content is not larger than this exchange stores."""
        # LAD-DLV-008
        if isinstance(statement.act, Delivery) and statement.act.size > self._content_bytes:
            raise refuse(
                "content-too-large", f"at most {self._content_bytes} bytes are stored", pointer="/size"
            )

    def content_is_held(self, view: View, statement: Statement[Act], at: Place) -> None:
        """The manifest of a delivery and, in this exchange's custody, every chunk was uploaded and checked."""
        act = statement.act
        # LAD-DLV-007
        if isinstance(act, Delivery) and not self._content.open(ContentForm.of(act)).is_complete():
            pointer = "/content_root" if act.sealed is None else "/sealed/manifest_root"
            raise refuse("content-missing", "the content was not uploaded completely", pointer=pointer)

    def boxes_are_held(self, view: View, statement: Statement[Act], at: Place) -> None:
        """Both boxes of a sealed delivery were uploaded."""
        act = statement.act
        if not isinstance(act, Delivery) or act.sealed is None:
            return
        boxes = self._content.open(ContentForm.of(act)).boxes
        for role in ROLES:
            # LAD-DLV-007
            if not boxes.has(role, act.sealed.share(role).box):
                detail = f"the box for the {role} was not uploaded"
                raise refuse("content-missing", detail, pointer=f"/sealed/{role}/box")

    def attachments_are_held(self, view: View, statement: Statement[Act], at: Place) -> None:
        """Every attachment of a claim with a proof was uploaded and checked."""
        if not isinstance(statement.act, Claim) or statement.act.proof is None:
            return
        for attachment in attachments_of(statement.act):
            # LAD-DLV-007
            if not self._attachments.holds(statement.issuer, statement.id, attachment):
                detail = f"the attachment {attachment.digest} was not uploaded"
                raise refuse("content-missing", detail, pointer="/proof")


def not_too_many_pending(view: View, statement: Statement[Act], at: Place) -> None:
    """A bound on how many unknown participants may wait for a decision, and on what each of them registers."""
    if not isinstance(statement.act, Participant):
        return
    record = view.get(ParticipantRecord, statement.issuer)
    # LAD-REG-010
    if record is not None and record.state == "pending" and record.statements >= MAX_STATEMENTS_PENDING:
        raise refuse(
            "too-many-pending", f"{MAX_STATEMENTS_PENDING} statements are kept of who waits for admission"
        )
    if record is None and isinstance(view, Sight) and view.pending(MAX_PENDING) >= MAX_PENDING:
        raise refuse("too-many-pending", "too many participants wait for their admission")
