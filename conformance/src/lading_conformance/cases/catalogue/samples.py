"""One chunk of a product, shown to everybody, has to lead to the content that the listing promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from lading_conformance.oracle import sealing, tree
from lading_conformance.oracle.canonical import Json
from lading_conformance.steps import deals, expect, policy
from lading_conformance.steps.deals import CHUNK, Content
from lading_conformance.trial.case import Case, Trial
from lading_conformance.trial.session import Session

SIZE: Final = 4 * CHUNK + 100
"""Five chunks: a tree with a lonely leaf."""


@dataclass(frozen=True)
class Sample:
    """A chunk's number, the bytes that are shown, its leaf hash, and the path to the root."""

    index: int
    chunk: bytes
    leaf: bytes
    path: tuple[bytes, ...]

    @property
    def members(self) -> dict[str, Json]:
        """The sample as a listing says it."""
        chunk: dict[str, Json] = {
            "name": "sample.bin",
            "media_type": "application/octet-stream",
            "size": len(self.chunk),
            "digest": sealing.digest(self.chunk),
        }
        path: list[Json] = [f"sha256:{node.hex()}" for node in self.path]
        return {"index": self.index, "chunk": chunk, "leaf": f"sha256:{self.leaf.hex()}", "path": path}


def of_clear(content: Content, index: int) -> Sample:
    """Return the sample of one chunk of clear content."""
    leaves = [tree.leaf_hash(chunk) for chunk in content.chunks]
    path = tuple(tree.inclusion_path(index, leaves))
    return Sample(index, content.chunks[index], leaves[index], path)


def run(trial: Trial) -> None:
    """List with the sample of each chunk, and with each part of one altered."""
    session = trial.session
    with trial.given("an admitted provider, and a content of five chunks"):
        _ = session.provider.id
        content = deals.new_content(session, SIZE)
    for index in (0, 3, 4):
        with trial.check("LAD-LST-007", f"chunk {index} of 5, with its path: registered"):
            deals.say(session, _listing(session, content, of_clear(content, index)))
    with trial.check("LAD-LST-007", "the only chunk, with no path: registered"):
        small = deals.new_content(session, 100)
        deals.say(session, _listing(session, small, of_clear(small, 0)))
    sample = of_clear(content, 1)
    for what, wrong in _wrong(sample).items():
        with trial.check("LAD-LST-007", f"{what}: sample-mismatch"):
            expect.refused(session, _listing(session, content, wrong), "sample-mismatch")
    with trial.check("LAD-LST-007", "the sample of another content: sample-mismatch"):
        other = deals.new_content(session, SIZE)
        expect.refused(session, _listing(session, content, of_clear(other, 1)), "sample-mismatch")
    with trial.check("LAD-LST-001", "a path of 20 digests: bad-member"):
        longer = replace(sample, path=(sample.leaf,) * 20)
        expect.refused(session, _listing(session, content, longer), "bad-member")
    _sealed(trial)


def _listing(session: Session, content: Content, sample: Sample, **members: Json) -> bytes:
    named: dict[str, Json] = {
        **policy.declared(session),
        **content.promise,
        "kind": "dataset",
        "title": f"With a sample {session.word()}",
        "sample": sample.members,
        **members,
    }
    return session.provider.says("listing", **named)


def _wrong(sample: Sample) -> dict[str, Sample]:
    first, *others = sample.path
    return {
        "the leaf of another chunk": replace(sample, leaf=first),
        "the number of the chunk before": replace(sample, index=0),
        "a number that the content does not have": replace(sample, index=5),
        "a path with one digest altered": replace(sample, path=(sample.leaf, *others)),
        "a path without its last digest": replace(sample, path=sample.path[:-1]),
        "a path with a digest too many": replace(sample, path=(*sample.path, sample.leaf)),
        "a path in the other order": replace(sample, path=sample.path[::-1]),
        "no path": replace(sample, path=()),
    }


def _sealed(trial: Trial) -> None:
    """A chunk of content that will be sealed is shown with its salt: that is what its leaf is over."""
    session = trial.session
    content = deals.new_content(session, CHUNK + 50)
    salted = [session.random.randbytes(32) + chunk for chunk in content.chunks]
    leaves = [tree.leaf_hash(each) for each in salted]
    root: Json = f"sha256:{tree.root(leaves).hex()}"
    path = tuple(tree.inclusion_path(1, leaves))
    with trial.check("LAD-LST-007", "a chunk with its salt, of content that will be sealed: registered"):
        sample = Sample(1, salted[1], leaves[1], path)
        deals.say(session, _listing(session, content, sample, content_root=root))
    with trial.check("LAD-LST-007", "the same chunk without its salt: sample-mismatch"):
        bare = Sample(1, content.chunks[1], tree.leaf_hash(content.chunks[1]), path)
        expect.refused(session, _listing(session, content, bare, content_root=root), "sample-mismatch")


CASE = Case(
    name="catalogue_samples",
    profile="catalogue",
    story="A provider shows one chunk of what it sells, the first, one in the middle, the last. Whoever shows a "
    "chunk of something else, or with another path, is refused.",
    requirements=("LAD-LST-007", "LAD-LST-001"),
    run=run,
)
