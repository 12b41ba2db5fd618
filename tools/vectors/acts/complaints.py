"""Claims without a proof, answers to claims, and arbiters: added to the file of claims."""

from __future__ import annotations

from typing import Any, Final

from tools.vectors.files import VectorFile
from tools.vectors.parcels import parcel, sealed_market, taken, wrong_key
from tools.vectors.primitives import digest, moment
from tools.vectors.recourse import amended, answer, claim, complained, contested, judged
from tools.vectors.running import document, under
from tools.vectors.scenarios import admit, listing, offer, receipt, say, standing
from tools.vectors.world import DAY, HOUR, Candidates, World, effect

OF_GOODS: Final = ("not-as-described", "quality", "incomplete")
OF_LISTINGS: Final = ("not-as-described", "rights", "unlawful", "personal-data", "objection")
OF_CONTRACTS: Final = (
    "rights",
    "unlawful",
    "personal-data",
    "not-delivered",
    "late",
    "misuse",
    "overcharged",
    "unpaid",
    "breach",
)
GROUNDS: Final = tuple(dict.fromkeys((*OF_GOODS, *OF_LISTINGS, *OF_CONTRACTS, "leak")))


def file() -> VectorFile:
    """The rules of claims without a proof and of answers; those of claims with one are in `claim/rules.json`."""
    about = "Claims without a proof: about what, by whom, until when, how often; and their answers."
    cases = Candidates("claim/grounds.json", about)
    _of_goods(cases)
    _of_listings(cases)
    _of_contracts(cases)
    _not_about(cases)
    _windows(cases)
    _slots(cases)
    _answers(cases)
    _arbiters(cases)
    return cases.file


def said(world: World, by: str, about: str, ground: str, **members: Any) -> str:
    """A claim without a proof."""
    return world.say(by, "claim", **claim(world, about, ground, **members))


def _of_goods(cases: Candidates) -> None:
    world, about = judged(), ["LAD-CLM-013"]
    parties = {"claimant": world.id("buyer"), "respondent": world.id("acme"), "arbiter": world.id("carol")}
    for ground in OF_GOODS:
        text = said(world, "buyer", "goods", ground, remedy="redelivery", text="Rows are missing.")
        made = effect(
            "claim",
            digest(text.encode()),
            state="open",
            ground=ground,
            contract=world.id("judged"),
            **parties,
        )
        cases.accept(
            f"{ground}-of-goods", f"About a received delivery: {ground}.", world, text, made, about=about
        )
        text = said(world, "acme", "goods", ground)
        cases.refuse(
            f"{ground}-by-provider", f"By the provider: {ground}.", world, text, "wrong-party", about=about
        )
    text = said(world, "acme", "goods", "leak")
    leak = {"claimant": world.id("acme"), "respondent": world.id("buyer")}
    made = effect("claim", digest(text.encode()), delivery=world.id("goods"), **leak)
    cases.accept("leak", "The provider shows a sample of its data.", world, text, made, about=about)
    text = said(world, "acme", "open", "leak")
    cases.accept("leak-of-open", "Data leaked of a delivery that is open.", world, text, about=about)
    text = said(world, "buyer", "goods", "leak")
    cases.refuse(
        "leak-by-consumer", "The consumer says that it leaked.", world, text, "wrong-party", about=about
    )


def _of_listings(cases: Candidates) -> None:
    world, about = contested(), ["LAD-CLM-010"]
    for ground in OF_LISTINGS:
        counted = 1 if ground in ("rights", "objection") else 0
        text = said(world, "buyer", "maps", ground, evidence=[document("deed")])
        parties = {
            "claimant": world.id("buyer"),
            "respondent": world.id("acme"),
            "arbiter": world.id("carol"),
        }
        effects = [
            effect("claim", digest(text.encode()), listing=world.id("maps"), **parties),
            effect("listing", world.id("maps"), contested=counted, state="listed"),
        ]
        cases.accept(
            f"{ground}-of-listing", f"About a listing: {ground}.", world, text, *effects, about=about
        )
        text = said(world, "acme", "maps", ground)
        situation = f"The provider itself, about its listing: {ground}."
        cases.refuse(f"{ground}-of-own", situation, world, text, "wrong-party", about=about)
    gone = say(world, "no more maps", "acme", "withdrawal", statement=world.id("maps"))
    text = said(gone, "buyer", "maps", "rights")
    cases.accept("of-withdrawn-listing", "A listing that was withdrawn.", gone, text, about=["LAD-CLM-010"])
    text = said(world, "dave", "maps", "rights")
    cases.refuse("listing-by-pending", "By somebody who waits for admission.", world, text, "not-admitted")
    for status in ("suspended", "expelled"):
        barred = admit(world, "buyer", status=status)
        situation = f"By somebody who is {status}, about a listing."
        cases.refuse(
            f"listing-by-{status}", situation, barred, said(barred, "buyer", "maps", "rights"), "not-admitted"
        )
        situation = f"By somebody who is {status}, about its own contract."
        text = said(barred, "buyer", "judged", "breach")
        cases.accept(f"contract-by-{status}", situation, barred, text, about=["LAD-ADM-004"])


def _of_contracts(cases: Candidates) -> None:
    world, about = judged(), ["LAD-REG-006"]
    for ground in OF_CONTRACTS:
        for by, other in (("buyer", "acme"), ("acme", "buyer")):
            text = said(world, by, "judged", ground)
            made = effect(
                "claim", digest(text.encode()), respondent=world.id(other), contract=world.id("judged")
            )
            cases.accept(
                f"{ground}-by-{by}",
                f"A party, {by}, about the contract: {ground}.",
                world,
                text,
                made,
                about=about,
            )
    for name in ("goods", "got goods", "open"):
        text = said(world, "buyer", name, "breach")
        made = effect("claim", digest(text.encode()), contract=world.id("judged"))
        situation = f"About a statement of a contract: {name}."
        cases.accept(f"about-{name.replace(' ', '-')}", situation, world, text, made, about=about)
    ended = {"kind": "terminate", "ground": "no-need", "contract": world.id("judged")}
    notice = say(world, "ended", "acme", "notice", **ended, effective_at=moment(world.now + 40 * DAY))
    text = said(notice, "buyer", "ended", "breach")
    made = effect("claim", digest(text.encode()), contract=world.id("judged"))
    cases.accept("about-a-notice", "About a notice.", notice, text, made, about=about)
    anew = amended(world, "judged", arbiter=world.id("carol"), dispute_window="P1D")
    text = said(anew, "buyer", "judged anew", "breach")
    made = effect("claim", digest(text.encode()), contract=world.id("judged"))
    cases.accept(
        "about-an-amendment", "About the acceptance that changed the terms.", anew, text, made, about=about
    )


def _not_about(cases: Candidates) -> None:
    world = say(contested(), "maybe", "acme", "offer", **offer(contested(), "maps", "buyer"))
    permitted = {
        "maps": OF_LISTINGS,
        "judged": OF_CONTRACTS,
        "got goods": OF_CONTRACTS,
        "goods": (*OF_GOODS, *OF_CONTRACTS, "leak"),
        "maybe": (),
        "buyer": (),
    }
    for name, grounds in permitted.items():
        for ground in GROUNDS:
            if ground not in grounds:
                text = said(world, "buyer", name, ground)
                situation = f"Not a thing that the ground {ground} is about: {name}."
                case = f"{ground}-is-not-about-{name.replace(' ', '-')}"
                cases.refuse(case, situation, world, text, "unknown-statement", pointer="/statement")
    for ground in GROUNDS:
        text = said(world, "buyer", "maps", ground, statement=digest(b"nowhere"))
        situation = f"About nothing: {ground}."
        cases.refuse(
            f"{ground}-about-nothing", situation, world, text, "unknown-statement", pointer="/statement"
        )
    for name, ground in (
        ("judged", "breach"),
        ("goods", "quality"),
        ("goods", "leak"),
        ("got goods", "late"),
    ):
        for by in ("carol", "exchange"):
            text = said(world, by, name, ground)
            situation = f"Somebody who is no party, {by}, about what lies between others: {name}, {ground}."
            case = f"{ground}-of-{name.replace(' ', '-')}-by-{by}"
            cases.refuse(case, situation, world, text, "unknown-statement", pointer="/statement")


def _windows(cases: Candidates) -> None:
    world, flags = judged(), ["boundary", "time"]
    ends = next(entry.time for entry in world.entries if entry.name == "got goods") + 14 * DAY
    for ground in OF_GOODS:
        text = said(world, "buyer", "goods", ground, issued_at=moment(ends))
        situation = f"At the millisecond at which the dispute window ends: {ground}."
        cases.accept(
            f"{ground}-in-time", situation, world, text, clock=ends, about=["LAD-CLM-004"], flags=flags
        )
        situation = f"A millisecond after the dispute window: {ground}."
        code = "dispute-window-closed"
        cases.refuse(f"{ground}-late", situation, world, text, code, clock=ends + 1, flags=flags)
        text = said(world, "buyer", "open", ground)
        situation = f"About a delivery that was not received yet: {ground}."
        cases.refuse(f"{ground}-of-open", situation, world, text, code, flags=["time"])
    late = world.later(100 * DAY)
    for by, ground in (("buyer", "rights"), ("buyer", "personal-data"), ("acme", "leak")):
        text = said(late, by, "goods", ground)
        situation = f"A ground without a window, long after: {ground}."
        cases.accept(f"{ground}-has-no-window", situation, late, text, about=["LAD-CLM-004"], flags=["time"])
    _moved_window(cases)


def _moved_window(cases: Candidates) -> None:
    """The contract is suspended for a day within the window, which ends a day later then."""
    world = under(judged(), "pausing", suspension={"by": ["provider"]})
    members = {"contract": world.id("pausing"), "sequence": 1}
    sent = say(world, "paused", "acme", "delivery", **{**_clear(world), **members})
    got = say(sent, "got paused", "buyer", "receipt", **receipt(sent, "paused"))
    ends = got.entries[-1].time + 14 * DAY
    pause: dict[str, Any] = {"ground": "security", "contract": got.id("pausing")}
    halted = say(got, "halt", "acme", "notice", kind="suspend", **pause).later(HOUR)
    began = halted.entries[-1].time
    moving = say(halted, "go on", "acme", "notice", kind="resume", **pause)
    ends += moving.entries[-1].time - began
    text = said(moving, "buyer", "paused", "quality", issued_at=moment(ends))
    flags, about = ["boundary", "time"], ["LAD-CLM-004", "LAD-NTC-013"]
    situation = "At the last millisecond of a window that a suspension moved."
    cases.accept("moved-in-time", situation, moving, text, clock=ends, about=about, flags=flags)
    situation = "A millisecond after a window that a suspension moved."
    cases.refuse(
        "moved-late",
        situation,
        moving,
        text,
        "dispute-window-closed",
        clock=ends + 1,
        about=about,
        flags=flags,
    )
    still = halted.later(100 * DAY)
    situation = "A window that stands still."
    text = said(still, "buyer", "paused", "quality")
    cases.accept("suspended-window", situation, still, text, about=about, flags=["time"])


def _clear(world: World) -> dict[str, Any]:
    held = {
        name: value for name, value in receipt(world, "goods").items() if name in ("size", "content_root")
    }
    return {"form": "clear", "custody": "exchange", "chunk_size": 65_536, **held}


def _slots(cases: Candidates) -> None:
    world, about = complained(), ["LAD-CLM-005"]
    text = said(world, "buyer", "goods", "quality", text="In other words.")
    situation = "A second claim of one ground."
    cases.refuse("again", situation, world, text, "claim-taken", winner=world.id("complaint"))
    text = said(world, "buyer", "goods", "incomplete")
    cases.accept("other-ground", "A claim on another ground.", world, text, about=about)
    gone = say(world, "sorry", "buyer", "withdrawal", statement=world.id("complaint"))
    situation = "The same claim after its withdrawal."
    text = said(gone, "buyer", "goods", "quality")
    cases.refuse("again-after-withdrawal", situation, gone, text, "claim-taken", winner=gone.id("complaint"))
    mutual = say(judged(), "first", "buyer", "claim", **claim(judged(), "judged", "breach"))
    text = said(mutual, "acme", "judged", "breach")
    cases.accept("by-the-other", "The same claim by the other party.", mutual, text, about=about)
    text = said(mutual, "buyer", "goods", "breach")
    cases.accept("other-statement", "The same ground about another statement.", mutual, text, about=about)


def _answers(cases: Candidates) -> None:
    world, about = complained(), ["LAD-CLM-011", "LAD-CLM-012"]
    for word in ("conceded", "denied"):
        text = world.say("acme", "claim", **answer(world, "complaint", word, text="So it is."))
        made = effect("claim", world.id("complaint"), state="answered", closed_by=digest(text.encode()))
        cases.accept(f"answer-{word}", f"The respondent answers: {word}.", world, text, made, about=about)
    for by in ("buyer", "carol"):
        text = world.say(by, "claim", **answer(world, "complaint"))
        situation = f"Somebody answers against whom the claim is not: {by}."
        cases.refuse(f"answer-by-{by}", situation, world, text, "wrong-party", about=["LAD-CLM-011"])
    for by in ("dave", "exchange"):
        text = world.say(by, "claim", **answer(world, "complaint"))
        situation = f"Somebody answers who may not read the claim: {by}."
        cases.refuse(f"answer-by-{by}", situation, world, text, "unknown-statement", pointer="/replies_to")
    answered = say(world, "denial", "acme", "claim", **answer(world, "complaint"))
    for name, of in {
        "nothing": digest(b"nowhere"),
        "delivery": world.id("goods"),
        "answer": answered.id("denial"),
    }.items():
        text = answered.say("acme", "claim", **answer(answered, "complaint", replies_to=of))
        situation = f"What is answered is: {name}."
        cases.refuse(f"answers-{name}", situation, answered, text, "unknown-statement", pointer="/replies_to")
    about_listing = say(contested(), "objection", "buyer", "claim", **claim(contested(), "maps", "objection"))
    text = about_listing.say("acme", "claim", **answer(about_listing, "objection", "conceded"))
    effects = [
        effect("claim", about_listing.id("objection"), state="answered"),
        effect("listing", about_listing.id("maps"), contested=1),
    ]
    situation = "The provider concedes an objection to its listing, which stays contested."
    cases.accept("answer-about-listing", situation, about_listing, text, *effects, about=["LAD-CLM-011"])


def _arbiters(cases: Candidates) -> None:
    """Proofs for an arbiter, under terms that name carol."""
    world = sealed_market()
    world = admit(world, "acme", "provider", "arbiter")
    offered = {
        "terms": {**_terms(), "arbiter": world.id("carol")},
        "expires_at": moment(world.now + 60 * DAY),
    }
    world = say(world, "posts", "acme", "listing", **listing(title="Posts", standing=offered))
    world = say(world, "bought", "buyer", "acceptance", **standing(world, "posts", "PO-bought"))
    goods = parcel(world, "posted", "bought", 1)
    world = taken(world, goods, "bought", "got posted", "released posted")
    release = world.id("released posted")
    text = world.say("buyer", "claim", **wrong_key(goods, release, 0, world.id("carol")))
    situation = "A share for the arbiter whom the terms name."
    made = effect("claim", digest(text.encode()), arbiter=world.id("carol"), index=0)
    cases.accept("agreed-arbiter", situation, world, text, made, about=["LAD-CLM-009"])
    for name, arbiter in (("provider", world.id("acme")), ("nobody", digest(b"nobody"))):
        text = world.say("buyer", "claim", **wrong_key(goods, release, 0, arbiter))
        situation = f"A share for somebody else than the arbiter of the terms: {name}."
        cases.refuse(f"arbiter-is-{name}", situation, world, text, "wrong-arbiter")


def _terms() -> dict[str, Any]:
    money = {"amount": "100.00", "currency": "EUR"}
    return {"price": money, "purposes": ["research"], "taking_period": "P7D", "dispute_window": "P14D"}
