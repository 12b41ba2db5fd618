"""Only the right key signs, and only in one way."""

from __future__ import annotations

from lading_conformance.drivers.party import Party, listed
from lading_conformance.oracle import base64url, canonical, hostile, statement
from lading_conformance.steps import expect
from lading_conformance.trial.case import Case, Trial

UNSOUND = {
    **hostile.LOW_ORDER_KEYS,
    "a second encoding of a point": hostile.NON_CANONICAL_KEY,
    "no point of the curve": (2).to_bytes(32, "little"),
}


def run(trial: Trial) -> None:
    """Try every wrong signer, then every signature that lax verifiers accept."""
    session = trial.session
    with trial.given("two participants"):
        owner, thief = session.provider, session.stranger
    _wrong_signers(trial, owner, thief)
    _wrong_signatures(trial, owner)
    _unsound_keys(trial)


def _wrong_signers(trial: Trial, owner: Party, thief: Party) -> None:
    listing = owner.payload("listing", kind="dataset", title="A title of somebody else")
    _refuse(
        trial, "unknown-key", "somebody else's key, under its own name", statement.sign(listing, thief.key)
    )
    header = statement.header(owner.key.thumbprint)
    forged = statement.assemble(header, canonical.dumps(listing), thief.key)
    _refuse(trial, "bad-signature", "somebody else's key, under the owner's thumbprint", forged)
    stale = statement.sign({**listing, "under": thief.head}, thief.key)
    _refuse(trial, "stale-under", "somebody else's key, under somebody else's statement", stale)
    _refuse(
        trial, "key-not-allowed", "a key that may sign receipts only", statement.sign(listing, owner.clerk)
    )
    nobody = "sha256:" + trial.session.random.randbytes(32).hex()
    unknown = statement.sign({**listing, "issuer": nobody}, owner.key)
    _refuse(trial, "unknown-issuer", "an issuer that is not registered", unknown)
    _refuse(trial, "wrong-home", "a statement of another exchange", owner.sign({**listing, "home": nobody}))
    newcomer = trial.session.newcomer("unlisted")
    unlisted = statement.sign(newcomer.introduction(), newcomer.successor)
    _refuse(trial, "unlisted-key", "a first statement signed by a key that it does not list", unlisted)


def _wrong_signatures(trial: Trial, owner: Party) -> None:
    listing = owner.says("listing", kind="dataset", title="A title")
    head, _, text = listing.rpartition(b".")
    signature = base64url.decode(text.decode("ascii"))
    other = owner.says("listing", kind="dataset", title="Another title").rpartition(b".")[2]
    altered = {
        "the signature of another statement": base64url.decode(other.decode("ascii")),
        "S + L instead of S": hostile.add_group_order(signature),
        "R of low order": hostile.sign_with_low_order_r(owner.key, head),
        "one bit of S flipped": signature[:40] + bytes([signature[40] ^ 1]) + signature[41:],
        "64 zero bytes": bytes(64),
    }
    for what, data in altered.items():
        jws = head + b"." + base64url.encode(data).encode("ascii")
        _refuse(trial, "bad-signature", what, jws)


def _unsound_keys(trial: Trial) -> None:
    for what, public in UNSOUND.items():
        _refuse(trial, "bad-key", f"signed by a listed key that is {what}", _listing_only(trial, public))
        newcomer = trial.session.newcomer("unsound")
        both = newcomer.introduction(keys=[listed(newcomer.key.public), listed(public)])
        _refuse(trial, "bad-key", f"a second listed key that is {what}", newcomer.sign(both))
    mixed = hostile.MixedOrderKey.from_seed(trial.session.random.randbytes(32))
    newcomer = trial.session.newcomer("mixed")
    jws = statement.sign(newcomer.introduction(keys=[listed(mixed.public)]), mixed)
    _refuse(trial, "bad-key", "signed by a listed key of mixed order", jws)


def _listing_only(trial: Trial, public: bytes) -> bytes:
    """A first statement that lists one unsound key and carries what lax verifiers take for its signature."""
    key = hostile.LowOrderKey(public)
    return statement.sign(trial.session.newcomer("unsound").introduction(keys=[listed(public)]), key)


def _refuse(trial: Trial, code: str, what: str, jws: bytes) -> None:
    with trial.check(expect.requirement(code), f"{what}: {code}, nothing stored"):
        expect.refused(trial.session, jws, code)


CASE = Case(
    name="statement_signature",
    profile="statement",
    story="A thief signs in somebody else's name, reuses a signature, or shifts it by the group order; a newcomer "
    "registers a key with which everybody can sign. Each is refused with the code of its flaw and leaves no trace.",
    requirements=(
        "LAD-PAR-002",
        "LAD-STM-018",
        "LAD-STM-019",
        "LAD-STM-020",
        "LAD-STM-021",
        "LAD-STM-022",
        "LAD-STM-023",
        "LAD-STM-024",
    ),
    run=run,
)
