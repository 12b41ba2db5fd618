"""The commands that tell what the suite would do: `list` and `explain`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from lading_conformance.cases import index
from lading_conformance.drivers.subject import PROFILES
from lading_conformance.requirements import Requirement, requirements, untested
from lading_conformance.trial.case import Case
from lading_conformance.usage import usage


def list_command(
    *,
    profile: Annotated[
        list[str] | None, typer.Option(help="Only cases of this profile; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the cases with their stories."""
    cases = of_profiles(profile or ())
    if as_json:
        print(json.dumps({"cases": [_case(case) for case in cases]}, indent=1, ensure_ascii=False))
        return
    console = Console()
    for case in cases:
        slow = ", slow" if case.slow else ""
        head = f"[bold]{case.name}[/bold]  ({case.profile}, {len(case.requirements)} requirements{slow})"
        console.print(f"{head}\n  {case.story}", highlight=False)


def explain_command(
    name: Annotated[str, typer.Argument(help="A case, or the id of a requirement (LAD-…).")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Explain a case by its requirements, or a requirement by its sentence and its cases.

    Of a requirement that has no case it says why.
    """
    case, requirement = index.named(name), requirements().get(name)
    if case is None and requirement is None:
        raise usage(f"{name} is neither a case nor a requirement; `lading-conformance list` has the cases.")
    if as_json:
        said = _case(case) if case is not None else _requirement(requirements()[name])
        print(json.dumps(said, indent=1, ensure_ascii=False))
    elif case is not None:
        _explain_case(case, Console())
    elif requirement is not None:
        _explain_requirement(requirement, Console())


def of_profiles(names: Sequence[str]) -> tuple[Case, ...]:
    """Return the cases of some profiles, or all cases where none is named."""
    if others := [name for name in names if name not in (*PROFILES, "verifier")]:
        raise usage(f"There is no profile {', '.join(others)}; there are {', '.join(PROFILES)}, verifier.")
    return tuple(case for case in index.CASES if not names or case.profile in names)


def _case(case: Case) -> dict[str, Any]:
    return {
        "name": case.name,
        "profile": case.profile,
        "story": case.story,
        "slow": case.slow,
        "needs": list(case.needs),
        "requirements": list(case.requirements),
    }


def _requirement(requirement: Requirement) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "text": requirement.text,
        "page": f"spec/{requirement.page}",
        "code": requirement.code,
        "cases": [{"name": case.name, "story": case.story} for case in index.about(requirement.id)],
        "untested": untested().get(requirement.id),
    }


def _explain_case(case: Case, console: Console) -> None:
    console.print(f"[bold]{case.name}[/bold]  ({case.profile})\n{case.story}\n", highlight=False)
    if case.needs:
        console.print(
            f"Needs [hooks] {', '.join(case.needs)} in the subject's file.\n", highlight=False, markup=False
        )
    for name in case.requirements:
        console.print(f"{name}  {requirements()[name].text}", highlight=False, markup=False)


def _explain_requirement(requirement: Requirement, console: Console) -> None:
    said = _requirement(requirement)
    code = f", code {requirement.code}" if requirement.code else ""
    lines = [f"{requirement.id}  {requirement.text}", f"On {said['page']}{code}."]
    lines += [f"Checked by {case['name']}: {case['story']}" for case in said["cases"]]
    if not said["cases"]:
        lines.append(f"Not tested: {said['untested'] or 'there is no case yet.'}")
    for line in lines:
        console.print(line, highlight=False, markup=False)
