"""Anything that anybody may come upon to say: drafts about what is there, and twists that spoil them.

    draft = anything(drafts, chance)
    jws = twisted(drafts, chance, draft).signed(drafts.market)

`chance` is a source of randomness, of a seed or of Hypothesis.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Final

from lading.problems import Refused
from lading.statement.words import Id, format_time
from sdk.tests.core.market import DAY, NO_BOX, signer
from sdk.tests.core.outcome import outcome
from sdk.tests.model.drafts import Draft, Drafts
from sdk.tests.model.stage import EVERYBODY, NOWHERE

Say = Callable[[Drafts, Random], Draft]
GROUNDS: Final = (
    ("delivery", ("quality", "incomplete", "not-as-described", "leak", "late", "breach", "bad-chunk")),
    ("acceptance", ("breach", "unpaid", "overcharged", "not-delivered", "quality", "misuse")),
    ("listing", ("rights", "objection", "unlawful", "personal-data", "not-as-described", "unpaid")),
    ("payment", ("unpaid", "overcharged")),
)
STATUS: Final = ("pending", "admitted", "admitted", "admitted", "suspended", "expelled")
TO_ADMIT: Final = ("dave", "gina", "hugo", "carol", "ivan", "buyer", "acme", "erin", "finn", "exchange")


def one(drafts: Drafts, chance: Random, *types: str) -> Id:
    """Some statement of some types, mostly one of the last."""
    found = drafts.ledger.of_type(*types)
    return chance.choice(found[-6:] if chance.randrange(3) else found) if found else NOWHERE


def contract(drafts: Drafts, chance: Random) -> Id:
    """Some contract, or the acceptance of an amendment."""
    return one(drafts, chance, "acceptance")


def _offers(drafts: Drafts, chance: Random) -> Draft:
    return drafts.offer(
        one(drafts, chance, "listing"), chance.choice(("buyer", "acme", "carol", "ivan", "gina"))
    )


def _claims(drafts: Drafts, chance: Random) -> Draft:
    sort, grounds = chance.choice(GROUNDS)
    subject, ground = one(drafts, chance, sort), chance.choice(grounds)
    if ground == "bad-chunk":
        return drafts.prove(one(drafts, chance, "release"), chance.randrange(2))
    by = chance.choice(("carol", "buyer"))
    if sort != "listing":
        by = drafts.party(subject, chance.choice(("provider", "consumer")))
    return drafts.claim(subject, ground, by)


def _made(drafts: Drafts, chance: Random) -> Id:
    """A claim that is no answer, mostly."""
    claims = [
        key for key in drafts.ledger.of_type("claim") if "replies_to" not in drafts.ledger.said[key].members
    ]
    return chance.choice(claims)


def _pays(drafts: Drafts, chance: Random) -> Draft:
    kind, answers = chance.choice(("invoice", "paid", "received", "sales")), {}
    subject = one(drafts, chance, "payment", "acceptance")
    about = drafts.ledger.contract_of(subject) or NOWHERE
    if kind == "received" or (kind == "paid" and chance.randrange(2)):
        answers = {"answers": subject}
    return drafts.pay(about, kind, **answers)


def _notices(drafts: Drafts, chance: Random) -> Draft:
    kind = chance.choice(("suspend", "suspend", "resume", "resume", "terminate", "recall"))
    role = chance.choice(("provider", "consumer"))
    ruled = drafts.ledger.of_type("ruling")
    if kind == "terminate" and ruled and not chance.randrange(3):
        ruling = chance.choice(ruled)
        breach = {
            "ground": "breach",
            "ruling": ruling,
            "effective_at": drafts.later(chance.choice((0, 1, DAY))),
        }
        return drafts.notice(drafts.ledger.contract_of(ruling) or NOWHERE, kind, role, **breach)
    return drafts.notice(contract(drafts, chance), kind, role)


def _withdraws(drafts: Drafts, chance: Random) -> Draft:
    sort = chance.choice(
        ("listing", "offer", "offer", "delivery", "attestation", "claim", "grant", "receipt")
    )
    return drafts.withdraw(one(drafts, chance, sort))


def _decides(drafts: Drafts, chance: Random) -> Draft:
    whom = drafts.market.id[chance.choice(TO_ADMIT)]
    return drafts.decided(whom, chance.choice(STATUS))


def _exchange_speaks(drafts: Drafts, chance: Random) -> Draft:
    """A closing announced, moved, and done; or the policy."""
    draft, closing = drafts.successor("exchange"), drafts.ledger.closing
    said = dict(draft.members["exchange"])
    choice = chance.randrange(6 if closing is None else 4)
    if choice < 2:
        moment = (
            drafts.market.clock.now + 30 * DAY if closing is None else closing + chance.choice((-1, 0, DAY))
        )
        said["closing_at"] = format_time(moment + chance.choice((0, -1, -1)))
    elif choice == 2:
        said["policy"] = {"onboarding": "closed"}
    elif choice == 3:
        said["closed"] = {"successor": NOWHERE}
    return draft.with_members(exchange=said)


def _reads(drafts: Drafts, chance: Random) -> Draft:
    """A notarisation, or a disclosure."""
    people = [drafts.market.id[name] for name in ("carol", "erin", "zoe")]
    until = {"reader": chance.choice(people), "until": drafts.later(chance.choice((0, DAY)))}
    if chance.randrange(2):
        return drafts.notarise(**({"reader": until["reader"]} if chance.randrange(2) else {}))
    subject = chance.choice(list(drafts.ledger.said))
    by = chance.choice(("exchange", drafts.author(subject)))
    return drafts.disclose(subject, by, **(until if chance.randrange(2) else {}))


def _receives(drafts: Drafts, chance: Random) -> Draft:
    return drafts.receive(one(drafts, chance, "delivery"), chance.choice(("accepted", "accepted", "refused")))


def _attests(drafts: Drafts, chance: Random) -> Draft:
    """About a listing, about anything, by a grant, or as the author's second signature."""
    choice, subject = chance.randrange(4), chance.choice(list(drafts.ledger.said))
    if choice == 0:
        return drafts.attest(subject, sort="second-signature")
    if choice == 1:
        return drafts.attest(subject, grant=one(drafts, chance, "grant"))
    return drafts.attest(one(drafts, chance, "listing"), sort=chance.choice(("quality", "compliance")))


def _deletes(drafts: Drafts, chance: Random) -> Draft:
    numbers = {"deliveries": [chance.randrange(1, 5)]} if chance.randrange(2) else {}
    recall = {"recall": one(drafts, chance, "notice")} if chance.randrange(2) else {}
    return drafts.delete(contract(drafts, chance), **numbers, **recall)


def _changes_keys(drafts: Drafts, chance: Random) -> Draft:
    """By the promised key; or by one that was promised before, or with one to follow that was in use before."""
    names = ("acme", "buyer", "gina", "hugo", "ivan", "carol")
    changed = [name for name in names if f"{name}-0" in drafts.market.head]
    choice, name = chance.randrange(5), chance.choice(names)
    if changed and choice == 0:
        return drafts.fork(chance.choice(changed))
    if changed and choice == 1:
        name = chance.choice(changed)
        return drafts.successor(name).with_members(next=[signer(name).thumbprint])
    revoked = {"revoked": [drafts.market.key[name].thumbprint]} if chance.randrange(2) else {}
    return drafts.successor(name).with_members(**revoked)


def _amends(drafts: Drafts, chance: Random) -> Draft:
    heads = list(drafts.ledger.head.values())
    agreement = chance.choice(heads) if chance.randrange(3) else contract(drafts, chance)
    return drafts.amends(agreement, chance.choice(("provider", "consumer")))


SAYINGS: Final[tuple[tuple[int, Say], ...]] = (
    (2, lambda d, c: d.listing(c.choice(("acme", "carol")), c.choice(("dataset", "stream")))),
    (2, lambda d, c: d.successor_of(one(d, c, "listing"))),
    (5, _offers),
    (4, lambda d, c: d.answer_offer(one(d, c, "offer"))),
    (4, _amends),
    (8, lambda d, c: d.accept(one(d, c, "offer"))),
    (4, lambda d, c: d.buy(one(d, c, "listing"), c.choice(("buyer", "carol", "ivan", "gina")))),
    (3, lambda d, c: d.reject(one(d, c, "offer"))),
    (6, _withdraws),
    (8, lambda d, c: d.deliver(contract(d, c), not c.randrange(3))),
    (2, lambda d, c: d.deliver(contract(d, c), sealed=True, shares=c.choice(("busy", "open")))),
    (10, _receives),
    (2, lambda d, c: d.release(one(d, c, "receipt"))),
    (5, lambda d, c: d.lapse(one(d, c, "delivery"))),
    (4, lambda d, c: d.not_delivered(contract(d, c))),
    (6, _claims),
    (4, lambda d, c: d.answer(_made(d, c), c.choice(("conceded", "denied")))),
    (4, lambda d, c: d.rule(_made(d, c), c.choice(("upheld", "upheld", "dismissed", "settled")))),
    (4, _attests),
    (8, _notices),
    (1, lambda d, c: d.outage()),
    (3, _deletes),
    (5, _pays),
    (3, lambda d, c: d.grant(contract(d, c), c.choice(("erin", "carol", "zoe")))),
    (3, _reads),
    (4, lambda d, c: d.erase(c.choice(list(d.ledger.said)[-30:]))),
    (3, _decides),
    (5, _changes_keys),
    (1, lambda d, c: d.newcomer(d.number())),
    (1, _exchange_speaks),
)


def anything(drafts: Drafts, chance: Random) -> Draft:
    """What somebody says of something that is there. Whether it is legal is left open."""
    weights = [say for weight, say in SAYINGS for _ in range(weight)]
    while True:
        draft = _said(drafts, chance, chance.choice(weights))
        if draft is not None:
            return draft


def _said(drafts: Drafts, chance: Random, say: Say) -> Draft | None:
    """The draft; None where there is nothing yet that it could be about."""
    try:
        return say(drafts, chance)
    except (KeyError, StopIteration, IndexError):
        return None


def _by_another(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    return replace(draft, by=chance.choice(EVERYBODY))


def _by_the_other_party(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    """By somebody who may read what is named."""
    named = [drafts.ledger.readers.get(Id(str(value))) or () for value in draft.members.values()]
    known = sorted({drafts.name(reader) for readers in named for reader in readers} - {draft.by})
    return replace(draft, by=chance.choice(known)) if known else draft


def _of_another(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    """One id becomes another, of any kind or of nothing."""
    named = [name for name, value in draft.members.items() if str(value).startswith("sha256:")]
    if not named:
        return draft
    known = list(drafts.ledger.said)
    return draft.with_members(**{chance.choice(named): chance.choice([NOWHERE, NO_BOX, *known])})


def _with_another_key(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    return replace(draft, key=drafts.market.key[chance.choice(EVERYBODY)])


def _under_another(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    return draft.with_members(under=chance.choice(list(drafts.ledger.said)))


def _at_another_time(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    """Issued as early or late as it may be, or a millisecond more."""
    away = chance.choice((-DAY, -DAY - 1, 300_000, 300_001))
    return draft.with_members(issued_at=drafts.later(away))


def _with_another_number(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    numbers = [name for name, value in draft.members.items() if type(value) is int]
    if not numbers:
        return draft
    name = chance.choice(numbers)
    return draft.with_members(**{name: max(draft.members[name] + chance.choice((-2, -1, 1, 2)), 0)})


def _until_another_time(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    """A moment that it names becomes now, or one millisecond before or after."""
    names = ("expires_at", "until", "since", "effective_at", "erase_by", "deleted_at")
    named = [name for name in names if name in draft.members]
    if not named:
        return draft
    return draft.with_members(**{chance.choice(named): drafts.later(chance.choice((-1, 0, 1)))})


def _with_a_reference_that_was_used(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    used = [said.members["reference"] for said in drafts.ledger.said.values() if "reference" in said.members]
    return draft.with_members(reference=chance.choice(used)) if "reference" in draft.members else draft


def _without_a_member(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    members: Mapping[str, Any] = draft.members
    gone = chance.choice([name for name in members if name != "type"])
    return replace(draft, members={name: value for name, value in members.items() if name != gone})


TWISTS: Final[Sequence[Callable[[Drafts, Random, Draft], Draft]]] = (
    _by_another,
    _by_the_other_party,
    _by_the_other_party,
    _of_another,
    _of_another,
    _with_another_key,
    _under_another,
    _at_another_time,
    _with_another_number,
    _until_another_time,
    _until_another_time,
    _without_a_member,
    _with_a_reference_that_was_used,
)


def twisted(drafts: Drafts, chance: Random, draft: Draft) -> Draft:
    """The draft, spoiled in one way; perhaps not, where it has nothing of the kind."""
    return chance.choice(TWISTS)(drafts, chance, draft)


def legal(drafts: Drafts, chance: Random) -> Draft:
    """A draft that would be registered now, if one comes soon."""
    draft, register, sight = anything(drafts, chance), drafts.market.register, drafts.market.sight
    for _ in range(6):
        item = outcome(register.prepare, draft.signed(drafts.market), sight)
        if not isinstance(item, Refused):
            judged = outcome(register.would_admit, sight, item, register.next_place(sight))
            if not isinstance(judged, Refused):
                break
        draft = anything(drafts, chance)
    return draft


def ever(drafts: Drafts, chance: Random) -> bytes:
    """A statement that is meant well, or not, or one that somebody spoiled who could have made it."""
    draft = legal(drafts, chance) if chance.randrange(4) else anything(drafts, chance)
    return (draft if chance.randrange(2) else twisted(drafts, chance, draft)).signed(drafts.market)
