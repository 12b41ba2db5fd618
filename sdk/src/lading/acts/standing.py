"""Who is admitted here, as the rules of several acts ask it (LAD-ADM-004, LAD-ADM-005, LAD-PAR-007)."""

from lading.acts.base import View
from lading.acts.records import ParticipantRecord, RevocationRecord
from lading.problems import refuse
from lading.statement.words import Id, Thumbprint


def check_admitted(view: View, participant: Id, who: str, role: str | None = None) -> None:
    """Refuse unless this log's exchange admits the participant now, and in `role` if one is named."""
    record = view.get(ParticipantRecord, participant)
    # LAD-ADM-004
    if record is None or record.state != "admitted":
        state = "unknown here" if record is None else record.state
        raise refuse("not-admitted", f"the {who} is {state}")
    # LAD-ADM-005
    if role is not None and role not in record.roles:
        raise refuse("missing-role", f"the {who} is not admitted as {role}")


def check_unrevoked(view: View, participant: Id, kid: Thumbprint, what: str) -> None:
    """Refuse where the key that signed `what` was revoked by its owner since (LAD-PAR-007)."""
    # LAD-PAR-007
    if view.get(RevocationRecord, revocation_key(participant, kid)) is not None:
        raise refuse("revoked-key", f"the key that signed the {what} was revoked by its owner")


def revocation_key(participant: Id, kid: Thumbprint) -> str:
    """Where the revocation of a participant's key is recorded."""
    return f"{participant}#{kid}"
