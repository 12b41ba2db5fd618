"""`lading show`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lading.cli import options, output
from lading.errors import Insufficient, UsageProblem

if TYPE_CHECKING:
    from lading.client.exchange import Exchange
    from lading.client.flows.state import State

app = options.single()


@app.command()
def show(
    thing: options.StatementId,
    evidence: Annotated[Path | None, typer.Option(help="Save the evidence on it to this file.")] = None,
    identity: options.IdentityName = None,
    exchange: options.ExchangeUrl = None,
    as_json: options.AsJson = False,
) -> None:
    """Show a statement, what led to it, and what has come of it. All but the last is verified.

    \b
    Example:
      lading show sha256:4f0c… --evidence contract.lading.json
    """
    from lading.cli import render_verdict
    from lading.client.results import id_of

    with options.browsing(identity, exchange, as_json=as_json) as x:
        try:
            found = x.evidence(thing)
        except Insufficient as error:
            _save(evidence, error.data)
            raise
        state = _state(x, thing)
    saved = None if evidence is None else str(found.save(evidence))
    act = found.filed(id_of(thing)).statement.act.model_dump(exclude_none=True)
    story = [render_verdict.event_members(event) for event in found.verdict.story]
    if as_json:
        computed = (
            None if state is None else {"kind": state.kind, "as_of": state.as_of, "record": state.record}
        )
        output.show_json({"id": thing, "act": act, "story": story, "state": computed, "evidence": saved})
        return
    output.line(f"{act['type']} {thing}")
    output.fields(
        {name: output.compact(value) for name, value in act.items() if name not in ("type", "version")}
    )
    if state is not None:
        output.line(f"state, as the exchange says after {state.as_of} entries")
        output.fields({name: output.compact(value) for name, value in state.record.items()})
    output.line("what the evidence shows")
    render_verdict.show_story(found.verdict)
    if saved is not None:
        output.line(f"evidence saved as {saved}")


def _save(path: Path | None, data: bytes) -> None:
    """Save evidence that does not suffice, for whoever is to find out what it lacks."""
    from lading.client import files

    if path is None:
        return
    try:
        files.replace(path.absolute(), data, files.SHARED_FILE)
    except OSError as error:
        raise UsageProblem(f"cannot write {path}: {error.strerror}", hint="Check the path.") from None
    output.note(f"evidence saved as {path}; it is INDETERMINATE")


def _state(x: "Exchange", thing: str) -> "State | None":
    """What has come of it, where that kind of statement has a state of its own."""
    from lading.problems import Refused

    try:
        return x.state(thing)
    except Refused as refusal:
        if refusal.code != "not-found":
            raise
        return None
