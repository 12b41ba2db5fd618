"""What somebody may say who knows the rules: for every event of every table, and for every act beside them.

    draft = Drafts(world.market, world.ledger).suspension(contract)
    jws = draft.signed(market)

A draft is what the right party says of a subject. Whether the subject's state permits it is not looked at.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from lading.keys.signer import Ed25519Signer
from lading.problems import Refused
from lading.register.erasing import told_of
from lading.statement.envelope import decode, encode
from lading.statement.words import Id, format_time
from sdk.tests.acts.situations import exchange
from sdk.tests.core.market import DAY, NO_BOX, PROVENANCE, TERMS, Market, listed, signer
from sdk.tests.core.outcome import outcome
from sdk.tests.model.ledger import Ledger
from sdk.tests.model.stage import DOCUMENT, FAR, HELD, NOWHERE, SALES, amendment, rich, standing

MONEY = {"amount": TERMS["price"]}


@dataclass(frozen=True)
class Draft:
    """A statement before it is signed: by whom, its members, and the key, where it is not the issuer's present one."""

    by: str
    members: dict[str, Any]
    key: Ed25519Signer | None = None

    def signed(self, market: Market) -> bytes:
        """The statement, as the issuer signs it now."""
        is_whole = "version" in self.members or self.by not in market.head
        shared = {} if is_whole else market.members(self.by, self.members["type"])
        return encode({**shared, **self.members}, market.key[self.by] if self.key is None else self.key)

    def with_members(self, **members: Any) -> "Draft":
        """The same with other members."""
        return replace(self, members={**self.members, **members})


def act(by: str, sort: str, /, **members: Any) -> Draft:
    """A draft of an act."""
    return Draft(by, {"type": sort, **members})


@dataclass
class Drafts:
    """Drafts in a market whose log a ledger has counted. `fresh`: makes references, shares and names differ."""

    market: Market
    ledger: Ledger
    fresh: int = field(default=0)

    def name(self, participant: Id) -> str:
        """The name of a participant."""
        return next((name for name in self.market.key if self.market.id[name] == participant), "zoe")

    def author(self, key: Id) -> str:
        """The name of who issued a statement."""
        members = self.ledger.said[key].members
        return self.name(members.get("issuer", key))

    def party(self, key: Id, role: str) -> str:
        """The name of a party of the contract that a statement belongs to."""
        contract = self.ledger.contract_of(key)
        if contract is None:
            return "buyer"
        return self.name(getattr(self.ledger, f"{role}_of")(contract))

    def number(self) -> str:
        """A text that was not used before."""
        self.fresh += 1
        return f"n{self.fresh}-{len(self.ledger.said)}"

    # Participants and the exchange

    def successor(self, name: str) -> Draft:
        """The next statement of somebody's chain, by the promised key."""
        market, kind = self.market, {}
        generation = sum(other.startswith(f"{name}-") for other in market.head)
        key, after = (signer(f"{name}-next" + "x" * number) for number in (generation, generation + 1))
        if name == "exchange":
            closing = {} if self.ledger.closing is None else {"closing_at": format_time(self.ledger.closing)}
            kind = exchange(market, **closing)
        return Draft(name, dict(decode(market.successor(name, key, after, **kind)).members), key)

    def fork(self, name: str) -> Draft:
        """A second statement after somebody's first one, by the key that was promised there."""
        draft, key = self.successor(name), signer(f"{name}-next")
        first = self.market.id[name]
        keys = {"keys": [listed(key)], "next": [signer(self.number()).thumbprint]}
        return replace(draft.with_members(previous=first, under=first, **keys), key=key)

    def newcomer(self, name: str) -> Draft:
        """Somebody's first statement."""
        return Draft(name, self.market.newcomer(name), signer(name))

    def decided(self, participant: Id, status: str) -> Draft:
        """A decision of the exchange."""
        said = [self.ledger.said[key].members for key in self.ledger.of_type("admission")]
        roles = next(
            (each["roles"] for each in reversed(said) if each["participant"] == participant), ["consumer"]
        )
        return act("exchange", "admission", participant=participant, status=status, roles=roles)

    # Listings, offers and contracts

    def listing(self, by: str = "acme", sort: str = "dataset", **members: Any) -> Draft:
        """A product on rich terms; a stream on a share of sales."""
        terms = rich(self.market) if sort == "dataset" else {**rich(self.market), "price": SALES}
        said = {"provenance": PROVENANCE, "kind": sort, "title": self.number(), "standing": standing(terms)}
        promise = {} if sort != "dataset" else _PROMISE
        return act(by, "listing", **said, **promise, **members)

    def successor_of(self, listing: Id) -> Draft:
        """A newer version."""
        return self.listing(self.author(listing), supersedes=listing)

    def offer(self, listing: Id, by: str = "buyer") -> Draft:
        """An offer to the provider of a listing, or of the provider to buyer."""
        provider = self.author(listing)
        to = provider if by != provider else "buyer"
        members = {
            "listing": listing,
            "to": self.market.id[to],
            "terms": rich(self.market),
            "purpose": "research",
        }
        return act(by, "offer", **members, expires_at=FAR)

    def answer_offer(self, offer: Id) -> Draft:
        """A counter-offer."""
        members = self.ledger.said[offer].members
        subject = {name: members[name] for name in ("listing", "amends") if name in members}
        said = {"terms": rich(self.market), "purpose": "research", "expires_at": FAR, "replies_to": offer}
        return act(self.name(members["to"]), "offer", **subject, to=members["issuer"], **said)

    def amends(self, agreement: Id, role: str = "provider") -> Draft:
        """An offer of one party to the other to amend a contract."""
        other = {"provider": "consumer", "consumer": "provider"}[role]
        jws = amendment(self.market, self.party(agreement, role), self.party(agreement, other), agreement)
        members = {name: value for name, value in decode(jws).members.items() if name not in _SHARED}
        return Draft(self.party(agreement, role), members)

    def accept(self, offer: Id) -> Draft:
        """The acceptance of an offer."""
        return act(self.name(self.ledger.said[offer].members["to"]), "acceptance", offer=offer)

    def buy(self, listing: Id, by: str = "buyer") -> Draft:
        """The acceptance of standing terms."""
        return act(by, "acceptance", listing=listing, purpose="research", reference=self.number())

    def reject(self, offer: Id) -> Draft:
        """The rejection of an offer."""
        return act(self.name(self.ledger.said[offer].members["to"]), "rejection", offer=offer, reason="price")

    def withdraw(self, subject: Id) -> Draft:
        """The withdrawal of anything."""
        return act(self.author(subject), "withdrawal", statement=subject)

    # Deliveries

    def deliver(self, contract: Id, sealed: bool = False, shares: str = "") -> Draft:
        """The next delivery: clear or sealed, with new shares or those of a name, or a window of a stream."""
        by, number = self.party(contract, "provider"), self.next_number(contract)
        listing = self.ledger.said[self.ledger.listing_of(contract)].members
        window = {} if listing["kind"] == "dataset" else {"window": self._window(contract)}
        members = self.market.sealed(contract, number, by, shares or self.number()) if sealed else {}
        clear = {"contract": contract, "sequence": number, "form": "clear", "custody": "exchange", **_PROMISE}
        return act(by, "delivery", **(members or clear), **window)

    def next_number(self, contract: Id) -> int:
        """The number after the last."""
        said = [self.ledger.said[key].members for key in self.ledger.of_type("delivery", "lapse")]
        return max((each["sequence"] for each in said if each.get("contract") == contract), default=0) + 1

    def _window(self, contract: Id) -> dict[str, int]:
        held = [
            self.ledger.said[key].members for (of, _), key in self.ledger.numbers.items() if of == contract
        ]
        first = max((said["window"]["last"] for said in held if "window" in said), default=0) + 1
        return {"first": first, "last": first + 9, "count": 10}

    def receive(self, delivery: Id, outcome: str = "accepted", *, sealed: bool = True) -> Draft:
        """A receipt that repeats the delivery, as sealed if it is, or refuses it."""
        members = self.ledger.said[delivery].members
        held = {**HELD, "content_root": members["content_root"], "size": members["size"]}
        root = {"manifest_root": members["sealed"]["manifest_root"]} if sealed and "sealed" in members else {}
        said = {**held, **root} if outcome == "accepted" else {"outcome": "refused", "reason": "quality"}
        return act(self.party(delivery, "consumer"), "receipt", delivery=delivery, **said)

    def release(self, receipt: Id) -> Draft:
        """A release by hand, of what was said before or of nothing."""
        return act("exchange", "release", receipt=receipt, share="A" * 43)

    def lapse(self, delivery: Id) -> Draft:
        """What nobody took."""
        return act("exchange", "lapse", delivery=delivery)

    def not_delivered(self, contract: Id) -> Draft:
        """What nobody made."""
        return act("exchange", "lapse", contract=contract, sequence=self.next_number(contract))

    # What follows

    def claim(self, statement: Id, ground: str, by: str, **members: Any) -> Draft:
        """A claim without a proof."""
        shown = {"evidence": [DOCUMENT]} if ground == "leak" else {}
        return act(by, "claim", statement=statement, ground=ground, **shown, **members)

    def prove(self, release: Id, index: int = 0) -> Draft:
        """A claim with a proof."""
        by = self.party(release, "consumer")
        members = decode(self.market.claim(release, index, by)).members
        return Draft(by, {name: value for name, value in members.items() if name not in _SHARED})

    def answer(self, claim: Id, said: str = "denied") -> Draft:
        """The answer of whom a claim is against."""
        about = self.ledger.said[claim].members.get("statement", NOWHERE)
        parties = self.ledger.readers[claim] or frozenset()
        authors = {self.author(claim), "finn"}
        by = next((name for name in sorted(map(self.name, parties)) if name not in authors), None)
        known = self.author(about) if about in self.ledger.said else "acme"
        return act(by or known, "claim", replies_to=claim, answer=said)

    def rule(self, claim: Id, outcome: str = "upheld") -> Draft:
        """A ruling of the arbiter."""
        return act("finn", "ruling", claim=claim, outcome=outcome)

    def attest(self, statement: Id, by: str = "erin", sort: str = "quality", **members: Any) -> Draft:
        """An attestation, or the author's second signature."""
        if sort == "second-signature":
            said = {"outcome": "noted", "suite": "ml-dsa-65", "signature": "AAAA"}
            return act(self.author(statement), "attestation", statement=statement, kind=sort, **said)
        return act(by, "attestation", statement=statement, kind=sort, outcome="passed", **members)

    def notice(self, contract: Id, kind: str, role: str = "provider", **members: Any) -> Draft:
        """A notice of a party; a suspension is taken back by who gave it."""
        times = {"terminate": {"effective_at": self.later(2 * DAY)}, "recall": {"erase_by": FAR}}
        said = {"kind": kind, "contract": contract, "ground": "law", **times.get(kind, {}), **members}
        return act(self.party(contract, role), "notice", **said)

    def later(self, millis: int) -> str:
        """The time so many milliseconds from now."""
        return format_time(self.market.clock.now + millis)

    def outage(self) -> Draft:
        """From the last entry until now nothing was registered."""
        since, until = self.market.sight.last_time(), self.market.clock.now
        times = {"since": format_time(since), "until": format_time(max(until, since + 1))}
        return act("exchange", "notice", kind="outage", ground="power", **times)

    def delete(self, contract: Id, **members: Any) -> Draft:
        """What the consumer erased."""
        said = {"contract": contract, "method": "overwritten", "deleted_at": self.market.now, **members}
        return act(self.party(contract, "consumer"), "deletion", **said)

    def pay(self, contract: Id, kind: str, **members: Any) -> Draft:
        """A payment in the currency of the terms."""
        by = self.party(contract, "provider" if kind in ("invoice", "received") else "consumer")
        return act(by, "payment", contract=contract, kind=kind, reference=self.number(), **MONEY, **members)

    def grant(self, contract: Id, to: str = "erin", role: str = "consumer") -> Draft:
        """A contract opened to somebody."""
        return act(self.party(contract, role), "grant", contract=contract, to=self.market.id[to], until=FAR)

    def disclose(self, statement: Id, by: str = "exchange", **members: Any) -> Draft:
        """A demand of an authority."""
        said = {"authority": "A court", "legal_basis": "An act", "scope": "All", "response": "complied"}
        return act(by, "disclosure", statement=statement, **said, **members)

    def erase(self, statement: Id) -> Draft:
        """An erasure that repeats the statement; where nothing can be erased, one that tells of no changes."""
        told = outcome(told_of, self.market.sight, statement)
        said = {"statement": statement, "index": 0, "sort": "offer", "author": NOWHERE, "changes": []}
        return act(
            "exchange", "erasure", **(said if isinstance(told, Refused) else told), ground="personal-data"
        )

    def notarise(self, **members: Any) -> Draft:
        """Bytes that somebody showed to the exchange."""
        return act("exchange", "notarisation", digest=NO_BOX, **members)


_SHARED = ("version", "home", "issuer", "under", "issued_at")
_PROMISE = {name: HELD[name] for name in ("content_root", "size")} | {"chunk_size": 65_536}
