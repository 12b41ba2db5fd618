"""Judge a claim file offline: the steps of `spec/judgement.md`.

judgement = judge("claim.json", trust="trust.policy")
judgement.outcome == "upheld"

The evidence in the file is verified under the judge's own policy first; what the claim says is then computed again from
its pieces, each of which is tied to the delivery by a hash that the provider signed.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lading.acts.base import R
from lading.acts.claim import Claim
from lading.acts.records import DeliveryRecord, ReleaseRecord
from lading.acts.recourse import ClaimRecord
from lading.errors import UsageProblem
from lading.evidence import file as evidence_file
from lading.evidence.fold import Fold
from lading.evidence.story import name_of
from lading.evidence.verdict import Status, Verdict
from lading.evidence.verify import Source, read_policy, verify
from lading.keys.seal import SealKey
from lading.log.policy import Policy
from lading.statement import base64url
from lading.statement.words import Id
from lading.transfer import claimfile
from lading.transfer.claimfile import ClaimFile
from lading.transfer.judge import (
    ArbiterBox,
    GivenShares,
    Judgement,
    Place,
    judge_bad_chunk,
    judge_wrong_key,
    judged,
)
from lading.transfer.shares import SHARE_BYTES, Binding


@dataclass(frozen=True, slots=True)
class Case:
    """A claim whose evidence is VALID and whose attachments are all there: ready to be judged.

    `provider` and `consumer` are the names under which they are registered.
    """

    id: Id
    claim: Claim
    delivery: DeliveryRecord
    release: ReleaseRecord
    provider: str
    consumer: str
    verdict: Verdict
    file: ClaimFile

    def judge(self, keys: Sequence[SealKey] = (), share: bytes | None = None) -> Judgement:
        """The judgement. `keys` are the arbiter's seal keys, `share` is the consumer's, where the judge has them."""
        place = self._place()
        if place is None or self.delivery.sealed is None:
            return _missing("path")
        if self.claim.ground == "bad-chunk":
            return self._judge_chunk(place)
        given = GivenShares(
            bound=Binding(self.delivery.contract, self.delivery.sequence, self.delivery.provider),
            released=base64url.decode(self.release.share.encode()),
            committed=self.delivery.sealed.consumer.commitment,
        )
        return judge_wrong_key(place, given, self._share(keys, share))

    def _place(self) -> Place | None:
        proof, sealed = self.claim.proven, self.delivery.sealed
        path = self.file.attachment(proof.path)
        if path is None or sealed is None:
            return None
        return Place(
            leaf=proof.leaf_bytes,
            index=proof.index,
            path=path,
            size=self.delivery.size,
            chunk_size=self.delivery.chunk_size,
            manifest_root=sealed.manifest_root,
        )

    def _judge_chunk(self, place: Place) -> Judgement:
        proof = self.claim.proven
        chunk = None if proof.chunk is None else self.file.attachment(proof.chunk)
        if chunk is None or proof.key is None:
            return _missing("chunk")
        return judge_bad_chunk(place, chunk, base64url.decode(proof.key.encode()))

    def _share(self, keys: Sequence[SealKey], share: bytes | None) -> bytes | ArbiterBox | None:
        """The consumer's share as it is at hand: handed to the judge, in the file, or in the arbiter's box."""
        if share is not None:
            return share
        if self.file.share is not None:
            return base64url.decode(self.file.share.encode())
        proof = self.claim.proven
        key = next((key for key in keys if key.kid == proof.sealed_to), None)
        box = None if proof.share is None else self.file.attachment(proof.share)
        return (
            None
            if key is None or box is None or proof.arbiter is None
            else ArbiterBox(box, key, proof.arbiter)
        )


def judge(
    claim: Source,
    trust: str | os.PathLike[str] | Policy,
    *,
    keys: Sequence[SealKey] = (),
    share: bytes | None = None,
) -> Judgement:
    """Whether a claim proves its provider's fault: `upheld`, `dismissed` or `undecided`. Asks no network.

    `claim`: the bytes of a claim file, or its path. `trust`: the judge's own policy, or its path. For a claim
    `wrong-key` the consumer's share is needed: `keys` are the arbiter's seal keys (`Identity.seal_keys`), `share`
    is the share itself, 32 bytes. Raises `UsageProblem` where claim file, policy or share cannot be read. Not checked:
    whether the data is worth what was paid for it.
    """
    case = read_case(claim, trust, has_share=share is not None)
    if isinstance(case, Judgement):
        return case
    return case.judge(keys, check_share(share))


def check_share(share: bytes | None) -> bytes | None:
    """A share that is one; `UsageProblem` where it has not 32 bytes."""
    if share is not None and len(share) != SHARE_BYTES:
        raise UsageProblem("a share has 32 bytes", hint="Ask the consumer for the share of this delivery.")
    return share


def read_case(
    claim: Source, trust: str | os.PathLike[str] | Policy, *, has_share: bool = False
) -> Case | Judgement:
    """Steps 1 to 3: a claim file read and verified, or the judgement that they come to.

    `has_share` says that the judge has the consumer's share, so that the one for the arbiter is not needed.
    """
    policy = trust if isinstance(trust, Policy) else read_policy(trust)
    data = claim if isinstance(claim, bytes) else _read(claim)
    try:
        parsed = claimfile.parse(data)
    except ValueError as error:
        # LAD-JDG-001
        return judged("malformed-claim", f"not a claim file: {error}")
    evidence = parsed.evidence.encode("utf-8", "replace")
    verdict = verify(evidence, policy)
    # LAD-JDG-002
    if verdict.status is not Status.VALID or verdict.subject is None:
        return judged("evidence-not-valid", f"the evidence on the claim is not VALID: {verdict.summary}")
    return _case(parsed, evidence, verdict, verdict.subject, has_share)


def _case(
    parsed: ClaimFile, evidence: bytes, verdict: Verdict, subject: Id, has_share: bool
) -> Case | Judgement:
    fold = _fold(evidence, subject)
    act = None if fold is None else fold.statements[subject].act
    # LAD-JDG-002
    if fold is None or not isinstance(act, Claim) or act.proof is None:
        return judged("evidence-not-valid", "the evidence is not about a claim with a proof")
    record = _known(fold, ClaimRecord, subject)
    if record.delivery is None or record.release is None:
        return judged("evidence-not-valid", "the claim has no proof that pieces could decide")
    for named in act.proof.attachments:
        spared = named == act.proof.share and (has_share or parsed.share is not None)
        # LAD-JDG-003
        if not spared and parsed.attachment(named) is None:
            return _missing(named.name)
    return Case(
        id=subject,
        claim=act,
        delivery=_known(fold, DeliveryRecord, record.delivery),
        release=_known(fold, ReleaseRecord, record.release),
        provider=name_of(fold.view, record.respondent),
        consumer=name_of(fold.view, record.claimant),
        verdict=verdict,
        file=parsed,
    )


def _fold(evidence: bytes, subject: Id) -> Fold | None:
    """What the log that holds the subject adds up to, in a file that was found VALID."""
    for log in evidence_file.parse(evidence).logs:
        fold = Fold(log, [])
        for entry in log.entries:
            fold.add(entry, None)
        if subject in fold.statements:
            return fold
    return None


def _known(fold: Fold, kind: type[R], key: str) -> R:
    record = fold.view.get(kind, key)
    if record is None:
        raise LookupError(f"VALID evidence on a claim does not show the {kind.kind} {key}")
    return record


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(claimfile.MAX_BYTES + 1)
    except OSError as error:
        raise UsageProblem(f"cannot read {path}: {error.strerror}", hint="Check the path.") from None


def _missing(name: str) -> Judgement:
    return judged("attachment-missing", f"the attachment {name} is not in the file with its size and digest")
