"""Gates: what an exchange asks of data before it is listed or contracted (`spec/gates.md`).

The first part asks a listing for what has to be declared. The second asks a deal, which is a listing and two parties,
whether a contract about it can be made now. Both take the issuer's declarations at their word.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lading.acts.base import A, Place, Statement, View
from lading.acts.description import Described
from lading.acts.policy import Policy
from lading.acts.records import SELF, ExchangeRecord, ListingRecord, ParticipantRecord
from lading.acts.recourse import AssuranceRecord
from lading.problems import refuse
from lading.statement.words import Id, parse_duration
from lading.terms.terms import Terms

OFFENCES: Final = frozenset({"criminal-record", "judicial-penalty", "traffic-penalty"})
CONSENTED: Final = frozenset({"consent", "subject-authorisation"})
NEEDS_ROUTE: Final = 100_000
NEEDS_EXPORT_ASSESSMENT: Final = 1_000_000


def policy_of(view: View) -> Policy:
    """The exchange's policy as of now; before entry 0 there is none, and nothing is asked for."""
    exchange = view.get(ExchangeRecord, SELF)
    return Policy(onboarding="open") if exchange is None else exchange.policy


def core_is_not_listed(view: View, s: Statement[Described], at: Place) -> None:
    """Data of grade core is never for sale."""
    # LAD-GAT-001
    if s.act.classification is not None and s.act.classification.grade == "core":
        raise refuse("core-not-listable", "the grade is core", pointer="/classification/grade")


def provenance_is_stated(view: View, s: Statement[Described], at: Place) -> None:
    """A listing says where the data comes from, and how it was collected."""
    # LAD-GAT-002
    if s.act.provenance is None:
        raise refuse("provenance-missing", "source and collection are not stated", pointer="/provenance")


def declarations_are_made(view: View, s: Statement[Described], at: Place) -> None:
    """A listing makes the declarations that the exchange's policy asks for."""
    for name in policy_of(view).declarations or ():
        member = "data_schema" if name == "schema" else name
        # LAD-GAT-003
        if getattr(s.act, member) is None:
            raise refuse(
                "declaration-missing", f"this exchange asks every listing for {member}", pointer=f"/{member}"
            )


def guardians_consented(view: View, s: Statement[Described], at: Place) -> None:
    """Data about children comes with evidence that their guardians consented."""
    people = s.act.personal_data
    # LAD-GAT-004
    if people is not None and people.children and people.guardian_consent is None:
        raise refuse(
            "guardian-consent-missing",
            "children are among the subjects",
            pointer="/personal_data/guardian_consent",
        )


def people_consented(view: View, s: Statement[Described], at: Place) -> None:
    """Where the legal basis is people's own consent, there is evidence of it."""
    people = s.act.personal_data
    # LAD-GAT-005
    if people is not None and people.legal_basis in CONSENTED and people.consent is None:
        detail = f"the legal basis is {people.legal_basis}"
        raise refuse("consent-missing", detail, pointer="/personal_data/consent")


def offences_can_be_removed(view: View, s: Statement[Described], at: Place) -> None:
    """Records of offences come with a way to have them removed."""
    people = s.act.personal_data
    # LAD-GAT-006
    if people is not None and OFFENCES & set(people.categories) and people.removal is None:
        raise refuse(
            "removal-path-missing",
            "records of offences are among the categories",
            pointer="/personal_data/removal",
        )


def public_body_is_authorised(view: View, s: Statement[Described], at: Place) -> None:
    """A public body says who authorised it to list."""
    issuer = view.get(ParticipantRecord, s.issuer)
    # LAD-GAT-007
    if issuer is not None and issuer.organisation == "public-body" and s.act.authorised_by is None:
        raise refuse("authorisation-missing", "the issuer is a public body", pointer="/authorised_by")


def look_ups_are_guarded(view: View, s: Statement[Described], at: Place) -> None:
    """A service that answers about people asks each call for its purpose and the person's authorisation."""
    calls = s.act.per_call
    guarded = calls is not None and calls.purpose and calls.authorisation
    # LAD-GAT-008
    if s.act.kind == "service" and s.act.personal_data is not None and not guarded:
        raise refuse("look-up-unguarded", "a service answers about people", pointer="/per_call")


@dataclass(frozen=True, slots=True)
class Deal:
    """A contract that would be made: the listing version, its provider, a consumer, terms, and where they stand.

    `amends`: it is there already, and would have other terms.
    """

    listing: ListingRecord
    provider: Id
    consumer: Id
    terms: Terms
    pointer: str
    amends: bool = False


Gate = Callable[[View, Deal, Place], None]


def objections_had_their_time(view: View, deal: Deal, at: Place) -> None:
    """A listing is held back for the objection window of the exchange's policy."""
    window = policy_of(view).objection_window
    # LAD-GAT-009
    if window is not None and at.time < deal.listing.listed_at + parse_duration(window):
        raise refuse("objection-window", f"held back for {window} after its listing", pointer=deal.pointer)


def important_data_is_assessed(view: View, deal: Deal, at: Place) -> None:
    """Data of grade important, and data of very many people that leaves the country, has a standing assessment."""
    for kind in _assessments(view, deal):
        assurance = _assurance(view, deal, kind)
        # LAD-GAT-010
        if assurance is None or assurance.outcome != "passed":
            raise refuse("assessment-missing", f"no {kind} of this version was passed", pointer=deal.pointer)


def assessment_has_not_lapsed(view: View, deal: Deal, at: Place) -> None:
    """An assessment that expired or was withdrawn stops new contracts."""
    for kind in _assessments(view, deal):
        assurance = _assurance(view, deal, kind)
        # LAD-GAT-011
        if assurance is not None and not _stands(assurance, at):
            raise refuse("assessment-lapsed", f"the {kind} expired or was withdrawn", pointer=deal.pointer)


def policy_attestations_stand(view: View, deal: Deal, at: Place) -> None:
    """The attestations that the exchange's policy asks for were passed, and stand."""
    for kind in policy_of(view).attestations or ():
        assurance = _assurance(view, deal, kind)
        # LAD-GAT-015
        if assurance is None or assurance.outcome != "passed" or not _stands(assurance, at):
            raise refuse(
                "attestation-missing", f"this exchange asks for {kind} of the listing", pointer=deal.pointer
            )


def jurisdiction_is_not_excluded(view: View, deal: Deal, at: Place) -> None:
    """Neither listing nor exchange excludes the consumer's jurisdiction."""
    consumer = view.get(ParticipantRecord, deal.consumer)
    excluded = {*deal.listing.excluded, *(policy_of(view).excluded or ())}
    # LAD-GAT-012
    if consumer is not None and consumer.jurisdiction in excluded:
        raise refuse("jurisdiction-excluded", f"{consumer.jurisdiction} is excluded", pointer=deal.pointer)


def export_has_a_route(view: View, deal: Deal, at: Place) -> None:
    """Data of many people crosses a border by a route that the listing declares."""
    crosses = deal.listing.exceeds >= NEEDS_ROUTE and _crosses_a_border(view, deal)
    # LAD-GAT-013
    if crosses and not deal.listing.export:
        detail = f"data of more than {deal.listing.exceeds} people would cross a border"
        raise refuse("export-route-missing", detail, pointer=deal.pointer)


def parties_are_independent(view: View, deal: Deal, at: Place) -> None:
    """Where the exchange's policy says so, related parties make no contracts."""
    refused = policy_of(view).related_parties == "refused"
    # LAD-GAT-014
    if refused and are_related(view, deal.provider, deal.consumer):
        raise refuse("related-parties", "one party calls the other related", pointer=deal.pointer)


def trial_only_where_asked(view: View, deal: Deal, at: Place) -> None:
    """An exchange for trials takes contracts for trial."""
    # LAD-GAT-016
    if policy_of(view).contracts == "trial" and deal.terms.trial is not True:
        raise refuse("trial-only", "the terms do not say trial", pointer=deal.pointer)


def are_related(view: View, one: Id, other: Id) -> bool:
    """Whether one of them calls the other related, by id or by an identifier that the other has."""
    return _calls_related(view, one, other) or _calls_related(view, other, one)


def _calls_related(view: View, one: Id, other: Id) -> bool:
    caller, called = view.get(ParticipantRecord, one), view.get(ParticipantRecord, other)
    if caller is None or called is None:
        return False
    return bool(set(caller.related) & {other, *called.identifiers})


def _crosses_a_border(view: View, deal: Deal) -> bool:
    provider, consumer = (
        view.get(ParticipantRecord, deal.provider),
        view.get(ParticipantRecord, deal.consumer),
    )
    return provider is not None and consumer is not None and provider.jurisdiction != consumer.jurisdiction


def _assessments(view: View, deal: Deal) -> tuple[str, ...]:
    """The kinds of assessment without which the deal cannot be made."""
    if deal.listing.exceeds >= NEEDS_EXPORT_ASSESSMENT and _crosses_a_border(view, deal):
        return (*deal.listing.needs, "export-assessment")
    return deal.listing.needs


def _assurance(view: View, deal: Deal, kind: str) -> AssuranceRecord | None:
    return view.get(AssuranceRecord, f"{deal.listing.key}#{kind}")


def _stands(assurance: AssuranceRecord, at: Place) -> bool:
    return assurance.standing and (assurance.expires_at is None or at.time <= assurance.expires_at)


DEAL_GATES: Final[tuple[Gate, ...]] = (
    objections_had_their_time,
    important_data_is_assessed,
    assessment_has_not_lapsed,
    policy_attestations_stand,
    jurisdiction_is_not_excluded,
    export_has_a_route,
    parties_are_independent,
    trial_only_where_asked,
)
"""Every gate of a deal, in the order of asking."""
OF_AMENDMENTS: Final[frozenset[Gate]] = frozenset({trial_only_where_asked})
"""Those that are asked of an amendment too: they are about the terms."""


def asked_of(
    deal_of: Callable[[View, Statement[A]], Deal], gate: Gate
) -> Callable[[View, Statement[A], Place], None]:
    """The gate as a rule of an act that makes a deal; where that amends one, most gates ask nothing."""

    def check(view: View, s: Statement[A], at: Place) -> None:
        deal = deal_of(view, s)
        if not deal.amends or gate in OF_AMENDMENTS:
            gate(view, deal, at)

    check.__name__, check.__doc__ = gate.__name__, gate.__doc__
    return check
