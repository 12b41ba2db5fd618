"""The exchange's admission checks: they may only refuse, and replay ignores them (LAD-REG-009)."""

from typing import Final

from lading.acts.base import Act, Place, Statement, View
from lading.acts.delivery import Delivery
from lading.acts.participant import Participant
from lading.acts.records import ParticipantRecord
from lading.problems import refuse
from lading.register.register import AdmissionCheck
from lading_server.content import ContentForm, ContentStore
from lading_server.sight import Sight

MAX_PENDING: Final = 10_000
"""Participants that may wait for their admission at a time."""
MAX_STATEMENTS_PENDING: Final = 8
"""Statements that one participant may register while it waits."""


def admission_checks(content: ContentStore, content_bytes: int) -> tuple[AdmissionCheck, ...]:
    """All checks, in the order in which they are asked."""
    return (not_too_many_pending, fits(content_bytes), is_held(content))


def upload_checks(content_bytes: int) -> tuple[AdmissionCheck, ...]:
    """The checks of a delivery that is about to be uploaded: all but that it was."""
    return (fits(content_bytes),)


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


def fits(content_bytes: int) -> AdmissionCheck:
    """A delivery's content is not larger than this exchange stores."""

    def check(view: View, statement: Statement[Act], at: Place) -> None:
        # LAD-DLV-008
        if isinstance(statement.act, Delivery) and statement.act.size > content_bytes:
            raise refuse("content-too-large", f"at most {content_bytes} bytes are stored", pointer="/size")

    return check


def is_held(content: ContentStore) -> AdmissionCheck:
    """Every byte of a delivery's content was uploaded and checked."""

    def check(view: View, statement: Statement[Act], at: Place) -> None:
        act = statement.act
        # LAD-DLV-007
        if isinstance(act, Delivery) and not content.open(ContentForm.of(act)).is_complete():
            raise refuse(
                "content-missing", "the content was not uploaded completely", pointer="/content_root"
            )

    return check
