"""All mutants by name: rules, other refusals, forms, and behaviours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, partial
from types import FunctionType, MappingProxyType
from typing import Final, Literal

from lading import acts
from lading_mutants import forms, rules
from lading_mutants.answering import ANSWERING
from lading_mutants.broken import requirements_of
from lading_mutants.refusals import Refusal, refusals
from lading_mutants.seeing import SEEING

Kind = Literal["rule", "refusal", "form", "behaviour"]

UNREACHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "statement.canonical.dumps": "writes statements; an exchange reads those of others",
        "statement.envelope.to_sign": "writes statements; an exchange reads those of others",
        "statement.words.parse_time": "the pattern of the member refuses the same text before",
        "statement.words.parse_duration": "the pattern of the member refuses the same text before",
        "statement.words.Money.of.1": "reads what a person types",
        "statement.words.Money.of.2": "reads what a person types",
        "register.erasing.told_of": "prepares an erasure for the operator, before it is a statement",
        "register.register.Register._release_of": "the reference server always holds shares",
        "admission.exchange_is_not_decided_upon": "only the exchange signs an admission, and it is asked for good ones",
        "admission.expelled_stays_expelled": "the table of states refuses the same after it",
        "admission.follows_the_table": "only the exchange signs an admission, and it is asked for good ones",
        "admission.names_a_participant": "only the exchange signs an admission, and it is asked for good ones",
        "delivery.exchange_is_no_party": "only the exchange could offer, and it does not trade",
        "delivery.received_number_stays_taken": "on a whole log, that the number is free is asked after it",
        "erasure.changes_are_those_of_the_statement": "only the exchange signs an erasure, and it computes the changes",
        "erasure.is_erasable": "only the exchange signs an erasure, and its operator is refused before",
        "acts.erasure.check_erasable": "only the exchange signs an erasure, and its operator is refused before",
        "erasure.is_there_still": "only the exchange signs an erasure, and its operator is refused before",
        "erasure.repeats_the_statement": "only the exchange signs an erasure, and it reads what it repeats",
        "erasure.repeats_who_reads_it": "only the exchange signs an erasure, and it reads what it repeats",
        "lapse.contract_has_a_schedule": "only the exchange signs a lapse, and it signs what is due",
        "lapse.deadline_has_passed": "only the exchange signs a lapse, and it signs what is due",
        "lapse.delivery_is_open": "only the exchange signs a lapse, and it signs what is due",
        "lapse.number_is_free": "only the exchange signs a lapse, and it signs what is due",
        "lapse.number_is_owed": "only the exchange signs a lapse, and it signs what is due",
        "lapse.number_leaves_no_gap": "only the exchange signs a lapse, and it signs what is due",
        "lapse.subject_is_known": "only the exchange signs a lapse, and it signs what is due",
        "notarisation.reader_is_registered": "only the exchange signs a notarisation, and is asked for public ones",
        "notice.nothing_was_registered": "only the exchange signs a notice of an outage, and there was none",
        "notice.outages_are_few": "only the exchange signs a notice of an outage, and there was none",
        "participant.closes_as_announced": "only the exchange signs its own chain, and does not close",
        "participant.log_keys_are_sound": "only the exchange signs its own chain, and lists sound keys",
        "participant.nothing_sealed_is_open": "only the exchange signs its own chain, and does not close",
        "common.business_is_open": "the exchange does not close",
        "common.log_is_open": "the exchange does not close",
        "delivery.comes_before_the_closing": "the exchange does not close",
        "release.is_due": "only the exchange signs a release, and only when it is due",
        "release.share_is_the_committed_one": "only the exchange signs a release, and it opens the box that it checked",
        "acts.lapse.number_is_owed.1": "only the exchange signs a lapse, and it signs what is due",
        "acts.lapse.number_is_owed.2": "only the exchange signs a lapse, and it signs what is due",
        "acts.erasure._check_repeats": "only the exchange signs an erasure, and it reads what it repeats",
        "statement.base64url.decode": "the patterns of the members refuse the same before",
        "statement.canonical._inspect.4": "there is no other value in what was JSON",
        "statement.words.Money._exact.1": "a currency that nobody knows has no digits that an amount could have",
        "keys.seal.check_public.1": "the pattern of the member refuses the same before",
        "acceptance.issuer_is_not_expelled": "on a whole log, that the parties are admitted is asked after it",
        "common.nothing_is_due": "a receipt and its release are registered together; nothing can come between",
        "listing.issuer_is_not_expelled": "on a whole log, that the provider is admitted is asked after it",
        "offer.issuer_is_not_expelled": "on a whole log, that the parties are admitted is asked after it",
        "acts.erasure.Change._is_one": "reading the record says so by itself",
        "server.attachments.AttachmentStore.check_quota": "needs 16 GiB of attachments",
        "server.budget.Budget.taken": "needs 64 MiB in flight of one caller",
        "server.checks.not_too_many_pending.2": "needs 10 000 participants",
        "server.content.ContentStore.check_room": "needs a full disk",
        "server.exchange.Exchange.in_thread": "needs a full disk",
        "server.feed.Feed.reach.1": "needs a disk that stalls",
        "server.feed.Feed.reach.2": "needs a disk that fails",
        "server.feed.Feed.following": "needs 512 callers that wait",
        "server.journal.Journal.write": "needs a full disk",
        "server.journal.Journal._check_day": "needs 10 000 readings",
        "server.nonces.Nonces.use.2": "needs 20 000 signed requests within two minutes",
        "server.reading.Reading.search": "needs 64 searches that wait",
        "server.request.body_pieces.2": "needs a sender that pauses for 30 seconds",
        "server.request.body_pieces.5": "needs a sender that is slow for more than 30 seconds",
        "server.request.read_body": "needs a sender that is slow for two minutes",
        "server.searching.Search.rows": "needs a search of more than half a second",
        "server.writer.Writer.check_writable": "needs a log that was put back to an older state",
        "server.writer.Writer._check_room": "needs 4 096 statements that wait",
    }
)
"""Rules and refusals that no request of a suite can miss, each with the reason."""

ISSUED_BY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "erasure.is_the_exchanges": ("LAD-ERA-005",),
        "lapse.is_the_exchanges": ("LAD-LPS-002",),
        "notarisation.is_the_exchanges": ("LAD-NOT-002",),
        "release.is_the_exchanges": ("LAD-RLS-002",),
    }
)
"""What a rule that several acts share enforces for one of them, besides what its code names."""
POLICIES: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "declarations_are_made": {"declarations": ["licence", "rights"]},
        "objections_had_their_time": {"objection_window": "PT2S"},
        "onboarding_is_open": {"onboarding": "closed"},
        "parties_are_independent": {"related_parties": "refused"},
        "policy_attestations_stand": {"attestations": ["quality"]},
        "trial_only_where_asked": {"contracts": "trial"},
    }
)
"""The switches of an exchange without which a rule of this name asks nothing."""


@dataclass(frozen=True)
class Mutant:
    """The reference server with one thing taken away. `requirements`: what that breaks, the closest first."""

    name: str
    kind: Kind
    requirements: tuple[str, ...]
    applied: Callable[[], AbstractContextManager[None]]

    @property
    def policy(self) -> Mapping[str, object]:
        """The switches that the exchange needs so that it matters."""
        return POLICIES.get(self.name.rpartition(".")[2], {})


@cache
def mutants() -> Mapping[str, Mutant]:
    """All that can be noticed, by name. Raises `ValueError` where two have the same name."""
    found = [*_rules(), *_refusals(), *_forms(), *_behaviours()]
    by_name = {mutant.name: mutant for mutant in found}
    if len(by_name) < len(found):
        raise ValueError("two mutants of the same name")
    return MappingProxyType(by_name)


def _rules() -> Iterator[Mutant]:
    for name, check in rules.checks():
        if name in UNREACHED:
            continue
        broken = (*ISSUED_BY.get(name, ()), *requirements_of(check))
        yield Mutant(name, "rule", broken, partial(rules.without, name))


def _refusals() -> Iterator[Mutant]:
    covered = {_function(check) for _, check in rules.checks()}
    for refusal in refusals():
        alone = refusal.among == 1 and refusal.place.function in covered
        if not alone and refusal.name not in UNREACHED:
            yield Mutant(refusal.name, "refusal", refusal.requirements, _removing(refusal))


def _removing(refusal: Refusal) -> Callable[[], AbstractContextManager[None]]:
    return refusal.removed


def _function(check: Callable[..., object]) -> object:
    """The function that refuses: of a gate, the one that it asks."""
    gate = next(
        (
            cell.cell_contents
            for cell in getattr(check, "__closure__", None) or ()
            if isinstance(cell.cell_contents, FunctionType) and cell.cell_contents.__name__ == check.__name__
        ),
        None,
    )
    return gate or check


def _forms() -> Iterator[Mutant]:
    for act in acts.ACTS:
        broken = (forms.EXACTLY[act.name], "LAD-STM-015")
        yield Mutant(f"form.{act.name}", "form", broken, partial(forms.opened, act))


def _behaviours() -> Iterator[Mutant]:
    for behaviour in (*SEEING, *ANSWERING):
        yield Mutant(behaviour.name, "behaviour", behaviour.requirements, behaviour.changed)
