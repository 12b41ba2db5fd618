"""`lading-conformance attest`: signs what a report says, and hands it to the exchange."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from lading_conformance import comparison
from lading_conformance.drivers.answers import Answer, BadAnswer, integer_of, object_of, text_of
from lading_conformance.drivers.exchange import Exchange
from lading_conformance.drivers.http import Http
from lading_conformance.drivers.subject import Subject
from lading_conformance.oracle import statement
from lading_conformance.oracle.canonical import Json
from lading_conformance.oracle.http_signature import Signer
from lading_conformance.oracle.rejected import Rejected
from lading_conformance.report import assessor as assessors
from lading_conformance.report import attestation
from lading_conformance.report.assessor import Assessor
from lading_conformance.report.clean import line
from lading_conformance.report.gather import suite_version
from lading_conformance.report.model import Report
from lading_conformance.steps import expect
from lading_conformance.trial.outcome import FAULTS, Blocked, Failed
from lading_conformance.trial.session import Session

FILE: Final = "attestation.jws"
REFUSED: Final = 1
USAGE: Final = 2
SECONDS: Final = 120.0


def attest_command(
    report: Annotated[Path, typer.Argument(help="The folder that `run --report` wrote.")],
    *,
    as_: Annotated[
        Path, typer.Option("--as", help="The file that says who attests; see docs/conformance.md.")
    ],
    register: Annotated[
        bool,
        typer.Option(
            "--register", help="Register it at the exchange, and upload report.json as its evidence."
        ),
    ] = False,
) -> None:
    """Sign an attestation of a report, as an assessor.

    It is about the exchange's newest statement, and written to attestation.jws in the report's folder. A report of a
    run that left cases out is refused. Exit code 1 if the exchange does not take it, 2 if there is nothing to sign.
    """
    try:
        assessor = assessors.load(as_)
        said = attest(report, assessor, register=register)
    except (assessors.AssessorFault, comparison.NoReport, attestation.NotAttestable) as fault:
        raise _ended(f"Not attested: {fault}.", USAGE) from None
    except (*FAULTS, Blocked) as fault:
        raise _ended(f"Not done: {line(str(fault), 600)}", REFUSED) from None
    print("\n".join(said))


def attest(folder: Path, assessor: Assessor, *, register: bool) -> list[str]:
    """Write the attestation, and register it if that is wanted; return what was done, in sentences.

    An attestation that stands in the folder and says the same is used again. Raises `NoReport`, `NotAttestable`,
    or one of `FAULTS` where the exchange is not as it should be.
    """
    report, data = comparison.load(folder), _bytes(folder)
    attestation.check(report, suite_version())
    with Http(report.url) as http:
        exchange = Exchange(http)
        about, largest = _newest(exchange, report)
        said = attestation.payload(report, data, about, assessor)
        jws = _signed_once(folder / FILE, said, assessor)
        own = statement.statement_id(jws)
        done = [f"{folder / FILE}: {own} says `{said['outcome']}` of {about}."]
        if register:
            if len(data) > largest:
                raise attestation.NotAttestable(
                    f"report.json has {len(data)} bytes, and the exchange takes {largest}"
                )
            done += _hand_over(exchange, jws, data, assessor)
    return done


def _signed_once(path: Path, said: dict[str, Json], assessor: Assessor) -> bytes:
    if path.is_file():
        earlier = path.read_bytes()
        try:
            if attestation.same(earlier, said, assessor):
                return earlier
        except Rejected:
            pass  # something else, or another key's: signed anew
    jws = attestation.sign(said, assessor)
    path.write_bytes(jws)
    return jws


def _newest(exchange: Exchange, report: Report) -> tuple[str, int]:
    """Return the id of the exchange's newest statement, and how large an upload it takes."""
    members = expect.status(exchange.well_known(), 200).members()
    if text_of(members, "id") != report.id:
        raise Failed(f"another exchange answers at {report.url} than the one that the report is about")
    head = statement.parse(text_of(members, "head").encode("utf-8"))
    if head.payload.get("type") != "participant" or report.id not in (head.id, head.payload.get("issuer")):
        raise Failed("its newest statement is not one of its own")
    expect.signed(head, head)
    return head.id, integer_of(object_of(members, "limits"), "upload_bytes")


def _hand_over(exchange: Exchange, jws: bytes, data: bytes, assessor: Assessor) -> list[str]:
    session = Session(exchange, Subject(), random.Random(0), time.monotonic() + SECONDS)
    answer = _taken(exchange.register(jws), 201, 200)
    registered = expect.registered(session, jws, answer, answer.status)
    path = f"/attachments/{registered.id}/{attestation.digest(data)}"
    _taken(exchange.put(path, data, Signer(assessor.id, assessor.key)), 204)
    return [f"Registered as entry {registered.index}; its evidence lies at {path}, for everybody to read."]


def _taken(answer: Answer, *wanted: int) -> Answer:
    if answer.status in wanted:
        return answer
    try:
        problem = answer.members()
        said = f" ({problem.get('code')}: {problem.get('detail')})"
    except BadAnswer:
        said = ""
    raise Failed(f"the exchange answers {answer.status}{said}")


def _bytes(folder: Path) -> bytes:
    return (folder / attestation.NAME if folder.is_dir() else folder).read_bytes()


def _ended(sentence: str, code: int) -> typer.Exit:
    print(sentence, file=sys.stderr)
    return typer.Exit(code)
