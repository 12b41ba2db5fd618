"""Every refusal that Lading knows: code, HTTP status, retry advice and requirement, one line each.

A refusal is an exception, built by one constructor:

    raise refuse("wrong-alg", "alg is \\"ES256\\"; this protocol version signs with Ed25519 only")

The table is the code's side of `spec/codes.md`; a check compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from lading.errors import LadingError

Retry = Literal["never", "later", "after-change"]
Layer = Literal["envelope", "payload", "members", "signature", "rule", "admission", "request"]

NEVER: Retry = "never"
LATER: Retry = "later"
CHANGE: Retry = "after-change"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of refusal: the code that machines compare, HTTP status, when to retry, requirement, meaning."""

    code: str
    layer: Layer
    status: int
    retry: Retry
    requirement: str
    meaning: str


class Refused(LadingError):
    """A statement or request was refused, for a reason with a code.

    Raised by the codec, the rules and the server, and by the client when an exchange answers with a problem.
    `pointer` is the JSON pointer of the member at fault; `winner` the id of the statement that holds the slot.
    """

    def __init__(
        self, problem: ProblemType, detail: str, pointer: str | None = None, winner: str | None = None
    ) -> None:
        super().__init__(f"{problem.code}: {detail}", hint=HINTS[problem.retry])
        self.problem = problem
        self.detail = detail
        self.pointer = pointer
        self.winner = winner

    @property
    def code(self) -> str:
        """The stable code that machines compare."""
        return self.problem.code

    @property
    def status(self) -> int:
        """The HTTP status that carries this refusal."""
        return self.problem.status

    @property
    def requirement(self) -> str:
        """The id of the requirement that was not met."""
        return self.problem.requirement

    @property
    def retry(self) -> Retry:
        """`never`, `later` (the same bytes may pass later) or `after-change` (sign or send something else)."""
        return self.problem.retry


HINTS: Mapping[Retry, str] = MappingProxyType(
    {
        NEVER: "These bytes will never be accepted; correct what the message names.",
        LATER: "The same bytes may be accepted later; wait and send them again.",
        CHANGE: "Read the current state, change what the message names, and try again.",
    }
)


def refuse(code: str, detail: str, *, pointer: str | None = None, winner: str | None = None) -> Refused:
    """The refusal with this code, to be raised. `detail` is one sentence for a developer."""
    return Refused(PROBLEMS[code], detail, pointer, winner)


_TABLE: tuple[tuple[str, Layer, int, Retry, str, str], ...] = (
    ("too-large", "envelope", 413, NEVER, "LAD-STM-002", "the statement is larger than 65 536 bytes"),
    ("malformed-envelope", "envelope", 400, NEVER, "LAD-STM-001", "not three segments separated by dots"),
    ("bad-base64url", "envelope", 400, NEVER, "LAD-STM-003", "a segment is not strict base64url"),
    ("bad-header", "envelope", 400, NEVER, "LAD-STM-004", "the header is not the one permitted form"),
    ("wrong-alg", "envelope", 400, NEVER, "LAD-STM-005", "the signature suite is not one of this version"),
    ("wrong-typ", "envelope", 400, NEVER, "LAD-STM-006", "typ is not lading+jws"),
    ("bad-json", "payload", 400, NEVER, "LAD-STM-008", "the payload is not a UTF-8 JSON object"),
    ("bad-number", "payload", 400, NEVER, "LAD-STM-009", "a number is not a plain bounded integer"),
    ("bad-name", "payload", 400, NEVER, "LAD-STM-010", "a member name is not ASCII"),
    ("too-deep", "payload", 400, NEVER, "LAD-STM-011", "nested deeper than 32"),
    ("not-canonical", "payload", 400, NEVER, "LAD-STM-012", "the payload is not its own canonical form"),
    ("unknown-version", "members", 422, NEVER, "LAD-STM-013", "the protocol version is not known here"),
    ("unknown-type", "members", 422, NEVER, "LAD-STM-014", "the act is not known here"),
    ("bad-member", "members", 422, NEVER, "LAD-STM-015", "a member is missing, unknown or malformed"),
    ("unknown-critical", "members", 422, NEVER, "LAD-STM-016", "a critical extension is not understood"),
    ("bad-signature", "signature", 422, NEVER, "LAD-STM-018", "the signature does not verify"),
    ("bad-key", "signature", 422, NEVER, "LAD-STM-019", "a public key is not a sound Ed25519 point"),
    (
        "bad-seal-key",
        "signature",
        422,
        NEVER,
        "LAD-STM-049",
        "a seal key is not a sound public key of its suite",
    ),
    ("wrong-home", "signature", 422, NEVER, "LAD-STM-020", "the statement is at home elsewhere"),
    ("unknown-issuer", "signature", 422, LATER, "LAD-STM-021", "the issuer is not registered here"),
    ("stale-under", "signature", 409, CHANGE, "LAD-STM-022", "under is not the issuer's latest statement"),
    ("unknown-key", "signature", 422, NEVER, "LAD-STM-023", "the key is not one of the issuer's"),
    ("key-not-allowed", "signature", 422, NEVER, "LAD-STM-024", "the key may not sign this act"),
    ("unlisted-key", "signature", 422, NEVER, "LAD-PAR-002", "signed by a key that it does not list"),
    ("not-next-key", "signature", 422, NEVER, "LAD-PAR-003", "signed by a key that previous did not promise"),
    ("issued-too-old", "rule", 422, CHANGE, "LAD-STM-025", "issued more than 24 h before registration"),
    ("issued-in-future", "rule", 422, LATER, "LAD-STM-026", "issued more than 5 min after registration"),
    ("release-due", "rule", 409, LATER, "LAD-RLS-004", "the release of the entry before comes first"),
    ("unknown-statement", "rule", 422, LATER, "LAD-REG-006", "a named statement is not registered here"),
    ("stale-previous", "rule", 409, NEVER, "LAD-PAR-004", "previous is not the head of the chain"),
    ("revoked-key", "rule", 422, NEVER, "LAD-PAR-007", "the key was revoked by its owner"),
    ("not-entry-zero", "rule", 422, NEVER, "LAD-PAR-008", "an exchange's first statement opens its own log"),
    ("bad-log-key", "rule", 422, NEVER, "LAD-PAR-009", "a log key's range of sizes is not permitted"),
    ("onboarding-closed", "rule", 422, NEVER, "LAD-PAR-010", "this exchange takes no new participants"),
    ("wrong-issuer", "rule", 422, NEVER, "LAD-ADM-001", "only the exchange may issue this act"),
    ("unknown-participant", "rule", 422, LATER, "LAD-ADM-002", "the participant is not registered here"),
    (
        "admission-not-in-table",
        "rule",
        409,
        NEVER,
        "LAD-ADM-003",
        "the participant's state permits no such admission",
    ),
    ("not-admitted", "rule", 422, LATER, "LAD-ADM-004", "a party is not admitted here"),
    (
        "missing-role",
        "rule",
        422,
        LATER,
        "LAD-ADM-005",
        "a party was not admitted in the role that this act needs",
    ),
    ("stale-listing", "rule", 409, CHANGE, "LAD-LST-002", "a newer version of the listing exists"),
    ("not-author", "rule", 422, NEVER, "LAD-LST-003", "only the author may do this"),
    ("already-expired", "rule", 422, CHANGE, "LAD-LST-004", "the expiry is not after the registration"),
    ("listing-not-open", "rule", 409, NEVER, "LAD-LST-005", "the listing was withdrawn"),
    (
        "wrong-party",
        "rule",
        422,
        NEVER,
        "LAD-OFR-002",
        "the issuer or addressee is not the party that this act needs",
    ),
    ("purpose-not-permitted", "rule", 422, CHANGE, "LAD-OFR-003", "the terms do not permit the purpose"),
    ("offer-not-open", "rule", 409, NEVER, "LAD-OFR-004", "the offer is no longer open"),
    ("offer-expired", "rule", 422, NEVER, "LAD-ACC-002", "the offer has expired"),
    (
        "no-standing-terms",
        "rule",
        422,
        CHANGE,
        "LAD-ACC-003",
        "the listing has no standing terms; send an offer",
    ),
    ("standing-terms-expired", "rule", 422, NEVER, "LAD-ACC-004", "the standing terms have expired"),
    (
        "maximum-reached",
        "rule",
        409,
        NEVER,
        "LAD-ACC-005",
        "the standing terms were accepted as often as permitted",
    ),
    (
        "not-eligible",
        "rule",
        422,
        NEVER,
        "LAD-ACC-006",
        "the standing terms are not open to this participant",
    ),
    ("reference-used", "rule", 409, NEVER, "LAD-ACC-007", "the issuer used this reference before"),
    ("not-withdrawable", "rule", 422, NEVER, "LAD-WDR-001", "a statement of this type cannot be withdrawn"),
    ("sequence-taken", "rule", 409, NEVER, "LAD-DLV-002", "the contract has a delivery with this number"),
    ("sequence-gap", "rule", 409, CHANGE, "LAD-DLV-003", "the numbers before this one were never used"),
    ("not-as-listed", "rule", 422, CHANGE, "LAD-DLV-004", "not the content that the listing promises"),
    ("too-many-chunks", "rule", 422, CHANGE, "LAD-DLV-005", "more than 524 288 chunks"),
    (
        "exchange-is-party",
        "rule",
        422,
        NEVER,
        "LAD-DLV-011",
        "the exchange is a party, and cannot hold a share",
    ),
    (
        "unknown-seal-key",
        "rule",
        422,
        CHANGE,
        "LAD-DLV-012",
        "a seal key is not one that its recipient listed",
    ),
    ("share-reused", "rule", 409, CHANGE, "LAD-DLV-013", "a share was committed to by an earlier delivery"),
    ("contract-not-active", "rule", 409, NEVER, "LAD-DLV-006", "the contract is not active"),
    ("delivery-not-open", "rule", 409, NEVER, "LAD-RCP-002", "the delivery is no longer open"),
    ("deadline-passed", "rule", 422, NEVER, "LAD-RCP-003", "the delivery's deadline has passed"),
    (
        "receipt-mismatch",
        "rule",
        422,
        NEVER,
        "LAD-RCP-004",
        "the receipt names other content than the delivery",
    ),
    (
        "wrong-share",
        "rule",
        422,
        NEVER,
        "LAD-RLS-003",
        "the share is not the one that the delivery commits to",
    ),
    ("deadline-not-passed", "rule", 422, LATER, "LAD-LPS-003", "the delivery can still be taken"),
    ("no-such-chunk", "rule", 422, NEVER, "LAD-CLM-003", "the content has no chunk of this number"),
    (
        "dispute-window-closed",
        "rule",
        422,
        NEVER,
        "LAD-CLM-004",
        "the dispute window of the delivery is over",
    ),
    ("claim-taken", "rule", 409, NEVER, "LAD-CLM-005", "the same claim was made before"),
    ("too-many-pending", "admission", 429, LATER, "LAD-REG-010", "too many participants wait for admission"),
    (
        "content-missing",
        "admission",
        409,
        CHANGE,
        "LAD-DLV-007",
        "the exchange does not hold all of the content",
    ),
    (
        "bad-share",
        "admission",
        422,
        NEVER,
        "LAD-DLV-014",
        "the exchange's box does not hold the committed share",
    ),
    (
        "share-unavailable",
        "admission",
        503,
        LATER,
        "LAD-RLS-006",
        "the exchange cannot open its share at present",
    ),
    ("content-too-large", "admission", 413, NEVER, "LAD-DLV-008", "larger than this exchange stores"),
    ("not-found", "request", 404, NEVER, "LAD-HTP-010", "nothing that you may see is here"),
    (
        "wrong-media-type",
        "request",
        415,
        NEVER,
        "LAD-HTP-003",
        "the body's media type is not the one expected",
    ),
    ("bad-request", "request", 400, NEVER, "LAD-HTP-004", "the path, query or body is malformed"),
    ("body-too-large", "request", 413, NEVER, "LAD-HTP-005", "the body is larger than permitted"),
    ("signature-required", "request", 401, CHANGE, "LAD-HTP-006", "the request needs a signature"),
    (
        "bad-request-signature",
        "request",
        401,
        CHANGE,
        "LAD-HTP-007",
        "the request's signature does not verify",
    ),
    ("request-expired", "request", 401, CHANGE, "LAD-HTP-008", "the request was signed at another time"),
    ("nonce-used", "request", 401, CHANGE, "LAD-HTP-009", "the request's nonce was seen before"),
    ("wrong-authority", "request", 421, NEVER, "LAD-HTP-011", "the request is addressed to another host"),
    ("method-not-allowed", "request", 405, NEVER, "LAD-HTP-012", "the resource has no such method"),
    ("batch-too-large", "request", 413, CHANGE, "LAD-HTP-013", "more statements than a batch may hold"),
    ("bad-digest", "request", 400, CHANGE, "LAD-HTP-014", "the body does not match its content-digest"),
    ("busy", "request", 503, LATER, "LAD-HTP-015", "the exchange has too much to do"),
    ("evidence-too-large", "request", 413, NEVER, "LAD-HTP-034", "the evidence would be too large"),
    ("internal-error", "request", 500, LATER, "LAD-HTP-016", "the exchange failed; this is its own fault"),
    ("read-only", "request", 503, LATER, "LAD-LOG-009", "the exchange cannot append to its log"),
    ("bad-manifest", "request", 422, CHANGE, "LAD-TRF-002", "the manifest does not give the content root"),
    ("bad-chunk", "request", 422, CHANGE, "LAD-TRF-003", "a chunk is not the one that the manifest names"),
    ("bad-box", "request", 422, CHANGE, "LAD-TRF-016", "a box is not the one that the delivery signs"),
    (
        "bad-attachment",
        "request",
        422,
        CHANGE,
        "LAD-TRF-017",
        "an attachment is not the one that its statement names",
    ),
    ("upload-out-of-order", "request", 409, CHANGE, "LAD-TRF-004", "chunks before this one are missing"),
    ("wrong-range", "request", 416, CHANGE, "LAD-TRF-005", "the range does not lie in the content"),
)

PROBLEMS: Mapping[str, ProblemType] = MappingProxyType({row[0]: ProblemType(*row) for row in _TABLE})
