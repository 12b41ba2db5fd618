"""Fold the entries of one log in an evidence file: authenticity, the rules that a part of a log decides, closure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lading import acts
from lading.acts.base import Act, Place, Scope, Statement
from lading.acts.erasure import Erasure
from lading.acts.receipt import Receipt
from lading.acts.records import (
    SELF,
    ContractRecord,
    DeliveryRecord,
    ExchangeRecord,
    ListingRecord,
    Promise,
    ReceiptRecord,
    ReleaseRecord,
)
from lading.evidence.checkpoints import Verified
from lading.evidence.codes import broken, doubted, found, rests
from lading.evidence.erased import WatchedView, erasures_of
from lading.evidence.file import EvidenceEntry, EvidenceLog
from lading.evidence.story import event_of
from lading.evidence.verdict import Event, Finding, Severity
from lading.log.entry import Entry
from lading.problems import Refused, refuse
from lading.rules import engine
from lading.statement.envelope import Envelope, decode
from lading.statement.words import Id, Millis

GAP: Final = 60_000
DEADLINES: Final = frozenset(
    {
        "already-expired",
        "contract-not-active",
        "contract-over",
        "deadline-passed",
        "dispute-window-closed",
        "effective-too-soon",
        "exchange-closing",
        "offer-expired",
        "standing-terms-expired",
    }
)
LATER: Final[tuple[Scope, ...]] = ("part", "doubt")
"""The rules that are asked again at the witnesses' time."""


@dataclass(frozen=True, slots=True)
class Named:
    """The content that a subject names. `sealed` is None where that is not said: a listing promises either."""

    promise: Promise
    sealed: bool | None


class Fold:
    """What the entries of one log, taken in order, add up to. Findings go to the list that is handed in."""

    def __init__(self, log: EvidenceLog, findings: list[Finding]) -> None:
        self.origin = log.origin
        self.view = WatchedView()
        self.story: list[Event] = []
        self.statements: dict[Id, Statement[Act]] = {}
        self.withheld: set[Id] = set()
        self._erasures = erasures_of(log.entries)
        self._resting: set[Id] = set()
        self._findings = findings
        self._order: dict[Id, int] = {}
        self._shown: set[int] = set()
        self._folded: set[Id] = set()
        self._opening: Id | None = None

    def add(self, item: EvidenceEntry, cosigned_at: int | None) -> Entry:
        """Take the next entry, and return what the log must hold at its index."""
        key = item.id
        if item.index == 0:
            self._opening = key
        if item.statement is None:
            self.withheld.add(key)
            self._restore(key, Place(item.index, Millis(item.time)))
            return Entry(Millis(item.time), key)
        self._order[key] = item.index
        self._shown.add(item.index)
        try:
            envelope = decode(item.statement.encode())
            self.statements[key] = acts.parse(envelope)
            self._fold(envelope, self.statements[key], Place(item.index, Millis(item.time)), cosigned_at)
        except Refused as refusal:
            self._findings.append(broken(refusal, key))
        return Entry(Millis(item.time), key)

    def _restore(self, key: Id, place: Place) -> None:
        """Where the file has the erasure of a withheld statement, take its changes in place of the effects."""
        erasure = self._erasures.get(key)
        if erasure is not None:
            self.view.watch(touched=True)
            for record in list(engine.effects_of_erased(self.view, erasure, place)):
                self.view.put(record)
            self._folded.add(key)

    def is_erased(self, key: Id) -> bool:
        """Whether the file has an erasure in place of the statement's bytes."""
        return key in self._erasures

    def holds(self, key: Id) -> bool:
        """Whether the log's part of the file has an entry of this statement."""
        return key in self._order or key in self.withheld

    def _fold(
        self, envelope: Envelope, statement: Statement[Act], place: Place, cosigned_at: int | None
    ) -> None:
        """Judge the statement; what rests on an erased one can turn out in any way, and proves nothing."""
        self.view.watch()
        try:
            self._judge(envelope, statement, place, cosigned_at)
        except Refused as refusal:
            if not self.view.touched:
                raise
            # LAD-EVI-030
            self._findings.append(rests(refusal, statement.id))
        except Exception:  # records from a hostile file can contradict each other as no log's do
            if not self.view.touched:
                raise
        if self.view.touched:
            self._resting.add(statement.id)

    def _judge(
        self, envelope: Envelope, statement: Statement[Act], place: Place, cosigned_at: int | None
    ) -> None:
        """Verify the signature, ask the rules, apply the effects; as far as what is named is there."""
        absent = {named for named in engine.references(statement) if named not in self._folded}
        if not absent & {statement.act.issuer, statement.act.under}:
            engine.authenticate(self.view, envelope, statement)
            engine.judge_common(self.view, statement, place)
        if absent:
            return
        self.view.watch(touched=self.view.touched or self._names_erased(statement))
        engine.check_act(self.view, statement, place, "part")
        if self._is_doubtful(statement, place):
            return
        self._check_gap(statement, place, cosigned_at)
        for record in list(engine.effects(self.view, statement, place)):
            self.view.put(record)
        self._folded.add(statement.id)
        self.story.append(event_of(self.view, self.origin, statement, place))

    def _names_erased(self, statement: Statement[Act]) -> bool:
        """Whether it names what was erased, or what rests on that; an erasure is judged by what it looks at."""
        named = frozenset(engine.references(statement))
        return not isinstance(statement.act, Erasure) and bool(
            named & (self._resting | self._erasures.keys())
        )

    def _is_doubtful(self, statement: Statement[Act], place: Place) -> bool:
        """LAD-EVI-026: what a notice or an amendment outside the file could have permitted stays an open question."""
        try:
            engine.check_act(self.view, statement, place, "doubt")
        except Refused as refusal:
            self._findings.append(doubted(refusal, statement.id))
            return True
        return False

    def _check_gap(self, statement: Statement[Act], place: Place, cosigned_at: int | None) -> None:
        """LAD-EVI-011: witnesses bound the time from above; a deadline inside the gap stays an open question."""
        if cosigned_at is None or cosigned_at - place.time <= GAP:
            return
        detail = f"{(cosigned_at - place.time) // 1000} s lie between the log's time and the witnesses'"
        try:
            for scope in LATER:
                engine.check_act(self.view, statement, Place(place.index, Millis(cosigned_at)), scope)
        except Refused as refusal:
            if refusal.code in DEADLINES:
                detail += f"; by the witnesses' time: {refusal.detail}"
                self._findings.append(found("time-gap", "unknown", detail, statement.id))
                return
        self._findings.append(found("time-gap", "note", detail, statement.id))

    def check_closure(self, subject: Id) -> None:
        """LAD-EVI-008, LAD-EVI-009: what the subject names, and so on, is there; elsewhere a gap is only noted."""
        needed = self._closure(subject)
        for key, statement in self.statements.items():
            severity: Severity = "unknown" if key in needed else "note"
            for named in engine.references(statement):
                if named in self.withheld:
                    code = "erased" if self.is_erased(named) else "withheld"
                    detail = f"{key} names {named}, which is {code}"
                    self._findings.append(found(code, severity, detail, named))
                elif named not in self._order:
                    detail = f"{key} names {named}, which is not in the file"
                    self._findings.append(found("missing-statement", severity, detail, named))
                elif self._order[named] >= self._order[key]:
                    # LAD-REG-006
                    refusal = refuse("unknown-statement", f"{named} is named before it was registered")
                    self._findings.append(broken(refusal, key))

        for key in needed:
            self._check_released(key)
        for key in self._resting:
            # LAD-EVI-029
            detail = f"{key} rests on what an erased statement is said to have changed"
            self._findings.append(found("erased", "unknown" if key in needed else "note", detail, key))

    def _check_released(self, key: Id) -> None:
        """LAD-EVI-023: an accepted receipt of sealed content says nothing about the content without its release."""
        statement = self.statements.get(key)
        if statement is None or not isinstance(statement.act, Receipt) or not statement.act.needs_release:
            return
        if self._order[key] + 1 not in self._shown:
            detail = f"the release that has to follow the receipt {key} is not in the file"
            self._findings.append(found("missing-release", "unknown", detail, key))

    def check_unseparated(self, sizes: Iterable[int]) -> None:
        """LAD-EVI-024: no checkpoint ends between an accepted receipt of sealed content and its release."""
        published = set(sizes)
        for key, statement in self.statements.items():
            act, size = statement.act, self._order[key] + 1
            if isinstance(act, Receipt) and act.needs_release and size in published:
                detail = f"a checkpoint of {size} entries covers the receipt and not its release"
                self._findings.append(found("release-separated", "error", detail, key))

    def _closure(self, subject: Id) -> set[Id]:
        waiting, found_ids = [subject], set[Id]()
        while waiting:
            key = waiting.pop()
            if key not in found_ids:
                found_ids.add(key)
                statement, erasure = self.statements.get(key), self._erasures.get(key)
                waiting.extend(() if statement is None else engine.references(statement))
                waiting.extend(() if erasure is None else (erasure.id,))
        return found_ids

    def check_log_keys(self, checkpoints: Iterable[Verified]) -> None:
        """LAD-EVI-005: entry 0 is the exchange's, and the log keys that it lists are those that the policy trusts."""
        exchange = self.view.get(ExchangeRecord, SELF)
        if exchange is None:
            self._find_no_exchange()
            return
        if exchange.origin != self.origin:
            self._findings.append(
                found("log-key-mismatch", "error", f"entry 0 opens the log {exchange.origin!r}")
            )
        for verified in checkpoints:
            for key in verified.keys:
                ranges = [listed for listed in exchange.log_keys if listed.vkey == str(key)]
                size = verified.checkpoint.size
                if not any(
                    r.from_size <= size and (r.until_size is None or size <= r.until_size) for r in ranges
                ):
                    detail = f"the trusted key {key} is not the exchange's for {size} entries"
                    self._findings.append(found("log-key-mismatch", "error", detail))

    def _find_no_exchange(self) -> None:
        """LAD-EVI-008, LAD-EVI-009: entry 0 is missing or withheld; where it was refused, that is said already."""
        detail = f"entry 0 of {self.origin!r}, the exchange's own statement, is"
        if self._opening is None:
            self._findings.append(found("missing-statement", "unknown", f"{detail} not in the file"))
        elif self._opening in self.withheld:
            self._findings.append(found("withheld", "unknown", f"{detail} withheld", self._opening))

    def content_of(self, subject: Id) -> Named | None:
        """The content of the delivery that the subject is about, or of the listing that it is or binds.

        None also where only an erasure says what that was.
        """
        self.view.watch()
        content = self._content_of(subject)
        return None if self.view.touched else content

    def _content_of(self, subject: Id) -> Named | None:
        delivery = self._delivery_of(subject)
        if delivery is not None:
            size, chunk_size, root = delivery.size, delivery.chunk_size, delivery.content_root
            promise = Promise(size=size, chunk_size=chunk_size, content_root=root)
            return Named(promise, sealed=delivery.sealed is not None)
        contract = self.view.get(ContractRecord, subject)
        listing = self.view.get(ListingRecord, subject if contract is None else contract.listing)
        return None if listing is None or listing.promise is None else Named(listing.promise, sealed=None)

    def _delivery_of(self, subject: Id) -> DeliveryRecord | None:
        """The delivery that the subject is, or names by itself or through a receipt or release."""
        statement = self.statements.get(subject)
        for key in (subject, *(() if statement is None else engine.references(statement))):
            through = self.view.get(ReceiptRecord, key) or self.view.get(ReleaseRecord, key)
            delivery = self.view.get(DeliveryRecord, key if through is None else through.delivery)
            if delivery is not None:
                return delivery
        return None
