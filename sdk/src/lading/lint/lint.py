"""Say beforehand what an exchange would say of a listing: the same rules, the same codes, all at once.

    report = lint({"kind": "dataset", "title": "Roads"}, Setting())
    for fault in report.faults:
        print(fault.code, fault.pointer, fault.mend)

A form that is at fault does not hide the rules: what is malformed is set aside, and the rest is asked about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import ValidationError

from lading.acts import UNDERSTOOD_EXTENSIONS, bad_members, refuse_null
from lading.acts.base import Place, Statement
from lading.acts.gates import DEAL_GATES, Deal
from lading.acts.listing import ACT, Listing
from lading.acts.policy import Policy
from lading.acts.records import SELF, ExchangeRecord, ListingRecord, ParticipantRecord
from lading.lint.mends import MENDS, form_of
from lading.problems import Refused, refuse
from lading.register.memory import MemoryView
from lading.statement import canonical
from lading.statement.envelope import MAX_BYTES
from lading.statement.words import Id, Millis, Thumbprint, format_time
from lading.terms.terms import Terms

ENVELOPE_BYTES: Final = 400
"""Header, signature and dots of a statement, about."""
STANDING: Final = 365 * 86_400_000
"""How long standing terms hold where a draft does not say it, in milliseconds; as with `publish`."""
ISSUER: Final = Id("sha256:" + "1" * 64)
EXCHANGE: Final = Id("sha256:" + "0" * 64)
CONSUMER: Final = Id("sha256:" + "2" * 64)
LISTING: Final = Id("sha256:" + "3" * 64)
COMMON: Final = ("version", "type", "home", "issuer", "under", "issued_at")
ASKS_FOR_NOTHING: Final = Policy(onboarding="open")
UNBOUNDED: Final[Mapping[str, Any]] = {
    "taking_period": "P1D",
    "dispute_window": "P1D",
    "price": {"model": "free"},
}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and by whom the listing would be submitted.

    By default: by a company that is admitted as a provider, at an exchange whose policy asks for nothing. `superseded`:
    the listing version that this one replaces, as the exchange has it. `now` in milliseconds since the epoch.
    """

    now: Millis
    policy: Policy = ASKS_FOR_NOTHING
    issuer: ParticipantRecord | None = None
    exchange: Id = EXCHANGE
    superseded: ListingRecord | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that the listing would be refused for: code, place, requirement, what is wrong, and how to mend it."""

    code: str
    pointer: str
    requirement: str
    detail: str
    mend: str


@dataclass(frozen=True, slots=True)
class Report:
    """`faults`: the listing would be refused. `notes`: it would be taken, and contracts about it refused for now."""

    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


def lint(members: Mapping[str, Any], setting: Setting) -> Report:
    """Everything that an exchange would refuse the listing for, and what would stand between it and contracts.

    `members`: those of the statement; the ones that the signer adds can be left out. Never raises for what they are.
    Not checked: whether declarations are true, and what only the exchange knows: other listings, quotas, its clock.
    """
    given = completed(members, setting)
    refusals = list(_whole(given))
    if refusals:
        return Report(tuple(map(_fault, refusals)), ())
    malformed, kept = _set_aside(given)
    refusals += malformed
    lost = {name for name in given if name not in kept}
    view = _view(setting)
    try:
        act = Listing.model_validate(_tuples(kept), strict=True)
    except ValidationError as error:
        refusals += (refusal for refusal in bad_members(error, given) if refusal not in refusals)
        return Report(_distinct(refusals), ())
    for uri in act.critical or ():
        if uri not in UNDERSTOOD_EXTENSIONS:
            refusals.append(refuse("unknown-critical", f"{uri} is not understood", pointer="/critical"))
    statement = Statement(b"", LISTING, Thumbprint(""), act)
    place = Place(1, setting.now)
    broken = (refusal for each in _views(setting) for refusal in _broken(each, statement, place))
    found = [refusal for refusal in broken if _first(refusal) not in lost]
    return Report(_distinct([*refusals, *found]), _distinct(list(_barred(view, statement, place))))


def completed(members: Mapping[str, Any], setting: Setting) -> dict[str, Any]:
    """The members as they would be signed; standing terms without an end get the one that publishing gives them."""
    issuer = ISSUER if setting.issuer is None else Id(setting.issuer.key)
    head = ISSUER if setting.issuer is None else setting.issuer.head
    links = {"home": setting.exchange, "issuer": issuer, "under": head, "issued_at": format_time(setting.now)}
    given = {"version": 1, "type": "listing", **links, **members}
    standing = given.get("standing")
    if isinstance(standing, dict):
        given["standing"] = {"expires_at": format_time(Millis(setting.now + STANDING)), **standing}
    return given


def _whole(given: dict[str, Any]) -> Iterator[Refused]:
    """What is wrong with the listing as a statement, whatever it says."""
    try:
        size = len(canonical.dumps(given))
    except Refused as refusal:
        yield refusal
        return
    try:
        refuse_null(given, "")
    except Refused as refusal:
        yield refusal
    # LAD-STM-002
    if -(-size * 4 // 3) + ENVELOPE_BYTES > MAX_BYTES:
        yield refuse("too-large", f"{size} bytes before signing; a signed statement has at most {MAX_BYTES}")
    for name, kind, value in (("version", int, 1), ("type", str, "listing")):
        # LAD-STM-013, LAD-STM-014
        if type(given[name]) is not kind:
            yield refuse("bad-member", f"{name} is {value!r}", pointer=f"/{name}")
        elif given[name] != value:
            yield refuse(f"unknown-{name}", f"{name} is {value!r}", pointer=f"/{name}")


def _set_aside(given: dict[str, Any]) -> tuple[list[Refused], dict[str, Any]]:
    """The refusals for the form, and the members without those at fault; what has to be there is filled in."""
    try:
        Listing.model_validate(_tuples(given), strict=True)
    except ValidationError as error:
        refusals = list(bad_members(error, given))
        kept = {name: value for name, value in given.items() if name not in set(map(_first, refusals))}
        needed: dict[str, Any] = {
            "kind": "dataset",
            "title": "-",
            **{name: given[name] for name in COMMON if name in given},
        }
        promise = ("size", "chunk_size", "content_root")
        if not all(name in kept for name in promise):
            kept = {name: value for name, value in kept.items() if name not in (*promise, "sample")}
        return refusals, needed | kept
    return [], dict(given)


def somebody(organisation: str) -> ParticipantRecord:
    """A participant of this kind of organisation that is admitted as a provider."""
    return ParticipantRecord(
        key=ISSUER,
        head=ISSUER,
        name="-",
        organisation=organisation,
        jurisdiction="-",
        state="admitted",
        roles=("provider",),
    )


def _first(refusal: Refused) -> str:
    """The member of the listing in which the fault lies; empty where it lies in the whole."""
    return (refusal.pointer or "/").split("/")[1]


def _views(setting: Setting) -> Iterator[MemoryView]:
    """The exchange, once for each declaration that its policy asks for: a rule names the first that is missing."""
    for name in setting.policy.declarations or (None,):
        asked = None if name is None else (name,)
        yield _view(replace(setting, policy=setting.policy.model_copy(update={"declarations": asked})))


def _view(setting: Setting) -> MemoryView:
    view = MemoryView()
    view.put(setting.issuer or somebody("company"))
    view.put(
        ExchangeRecord(
            key=SELF,
            id=setting.exchange,
            head=setting.exchange,
            origin="-",
            policy=setting.policy,
            log_keys=(),
        )
    )
    if setting.superseded is not None:
        view.put(setting.superseded)
    return view


def _broken(view: MemoryView, statement: Statement[Listing], place: Place) -> Iterator[Refused]:
    """Every rule of listings that the statement breaks."""
    for rule in ACT.rules:
        try:
            rule.check(view, statement, place)
        except Refused as refusal:
            yield refusal


def _barred(view: MemoryView, statement: Statement[Listing], place: Place) -> Iterator[Refused]:
    """Every gate that would stop a contract about the listing with a neighbour, if it were made right away."""
    record = next(
        (made for made in _effects(view, statement, place) if isinstance(made, ListingRecord)), None
    )
    if record is None:
        return
    standing = statement.act.standing
    terms = Terms.model_validate(UNBOUNDED) if standing is None else standing.terms
    deal = Deal(record, Id(statement.issuer), CONSUMER, terms, "/standing/terms")
    for gate in DEAL_GATES:
        try:
            gate(view, deal, place)
        except Refused as refusal:
            yield refusal


def _effects(view: MemoryView, statement: Statement[Listing], place: Place) -> Iterator[object]:
    try:
        yield from ACT.effects(view, statement, place)
    except Refused:
        return


def _tuples(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A JSON value with tuples in the place of lists, as strict forms want them."""
    if isinstance(value, dict):
        return {name: _tuples(part) for name, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value


def _distinct(refusals: list[Refused]) -> tuple[Fault, ...]:
    """The faults, each once."""
    return tuple(dict.fromkeys(map(_fault, refusals)))


def _fault(refusal: Refused) -> Fault:
    form = form_of(refusal.code, refusal.detail)
    return Fault(
        code=refusal.code,
        pointer=refusal.pointer or "",
        requirement=refusal.requirement,
        detail=refusal.detail if form is None else "The value has another form than this member takes",
        mend=form or MENDS.get(refusal.code, refusal.hint),
    )
