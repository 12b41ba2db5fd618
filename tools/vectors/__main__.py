"""Write the test vectors below `spec/vectors`.

    python -m tools.vectors            # write them
    python -m tools.vectors --check    # write nothing; exit 1 if a file on disk is not what would be written
    python -m tools.vectors --boxes    # make the boxes that are missing or not current, and write

Keys, times and contents follow from fixed rules that each file states. Expected outcomes are written by hand in the
modules beside this one; nothing here asks the SDK.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tools.vectors import boxes, keys, lifecycles, logs, parcels, scenarios, transfers
from tools.vectors.acts import (
    acceptances,
    amendments,
    attestations,
    catalogue,
    claims,
    closings,
    complaints,
    contracts,
    deletions,
    erasures,
    exchanges,
    forms,
    gates,
    handover,
    notices,
    openings,
    payments,
    registration,
    releases,
    rulings,
    seal_keys,
    standing_still,
    under_terms,
)
from tools.vectors.evidence import (
    dishonest,
    doubts,
    erased,
    incomplete,
    invalid,
    malformed,
    trust,
    valid,
    witnesses,
)
from tools.vectors.files import FOLDER, ROOT, VectorFile
from tools.vectors.judgement import claims as judged_claims
from tools.vectors.judgement import files as claim_files
from tools.vectors.judgement import order as judged_order
from tools.vectors.sealed import contents as sealed_contents
from tools.vectors.sealed import keys as sealed_keys
from tools.vectors.sealed import opening, shares
from tools.vectors.statements import common, envelope, payload, texts, values
from tools.vectors.terms import accounts, decisions, dues, permissions, prices


def vector_files() -> Iterator[VectorFile]:
    """Every file."""
    yield from scenarios.files()
    yield parcels.file()
    for module in (envelope, payload, common, values, texts):
        yield module.file()
    yield from keys.files()
    yield from forms.files()
    yield from registration.files()
    yield seal_keys.participants()
    for act in (exchanges, acceptances):
        yield act.file()
    yield from (catalogue.admissions(), catalogue.listings(), contracts.offers(), contracts.rejections())
    yield from (handover.withdrawals(), handover.deliveries(), handover.receipts())
    yield from (releases.releases(), releases.lapses(), claims.file())
    for made in (attestations, notices, standing_still, deletions, payments, complaints, rulings):
        yield made.file()
    yield from (openings.grants(), openings.disclosures())
    yield from (erasures.file(), erasures.notarisations())
    yield from (closings.file(), closings.moves(), closings.limits())
    yield from (gates.listings(), gates.offers(), gates.acceptances())
    yield from (amendments.listings(), amendments.offers(), amendments.acceptances())
    yield from (under_terms.deliveries(), under_terms.receipts())
    yield from lifecycles.files()
    yield from logs.files()
    yield from transfers.files()
    for sealed in (sealed_keys, shares, opening):
        yield sealed.file()
    yield from sealed_contents.files()
    yield from (judged_claims.file(), judged_order.file(), claim_files.file())
    for part in (prices, dues, permissions, decisions, accounts):
        yield part.file()
    for about in (valid, incomplete, invalid, dishonest, doubts, erased, malformed, witnesses, trust):
        yield about.file()


def rendered() -> dict[Path, str]:
    """The text of every file, by its path below the folder of vectors."""
    texts = {Path(file.path): file.render() for file in vector_files()}
    return dict(sorted(texts.items()))


def stale(texts: Mapping[Path, str], folder: Path) -> Iterator[str]:
    """What on disk is not what would be written."""
    for path, text in texts.items():
        if not (folder / path).is_file() or (folder / path).read_text(encoding="utf-8") != text:
            yield f"{path} is not current: run python -m tools.vectors"
    for path in sorted(folder.rglob("*.json")):
        if path.relative_to(folder) not in texts:
            yield f"{path.relative_to(folder)} is not made by anything"


def write(texts: Mapping[Path, str], folder: Path) -> None:
    """Write the files, and remove those that nothing makes any more."""
    for path in folder.rglob("*.json"):
        if path.relative_to(folder) not in texts:
            path.unlink()
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def main(
    arguments: list[str], folder: Path = FOLDER, render: Callable[[], Mapping[Path, str]] = rendered
) -> int:
    """Write or check; the exit code is 1 if a file is not current."""
    if arguments == ["--boxes"]:
        boxes.remake(render)
    texts = render()
    if arguments == ["--check"]:
        faults = list(stale(texts, folder))
        for fault in faults:
            print(
                f"{folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder}/{fault}",
                file=sys.stderr,
            )
        return 1 if faults else 0
    write(texts, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
