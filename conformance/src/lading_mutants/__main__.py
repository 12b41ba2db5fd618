"""`python -m lading_mutants {list,serve,host,tell}`: see the package.

Exit codes: 0 ended well, 2 called wrongly.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

WAIT_SECONDS: Final = 30


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code."""
    options = _parser().parse_args(arguments)
    verb: dict[str, object] = {"list": _list, "serve": _serve, "host": _host, "tell": _tell}
    run = verb[options.verb]
    assert callable(run)
    return int(run(options))


def _list(options: argparse.Namespace) -> int:
    from lading_mutants.table import UNREACHED, mutants  # what `tell` does not need takes a second to load

    rows = [
        {
            "name": mutant.name,
            "kind": mutant.kind,
            "requirements": mutant.requirements,
            "policy": mutant.policy,
        }
        for mutant in mutants().values()
    ]
    if options.json:
        print(json.dumps({"mutants": rows, "unreached": dict(UNREACHED)}, indent=1))
        return 0
    for mutant in mutants().values():
        print(f"{mutant.name}  {' '.join(mutant.requirements)}")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from lading_mutants.serve import Doors, serve, url_of
    from lading_mutants.table import mutants

    unknown = [name for name in options.without if name not in mutants()]
    if unknown:
        print(f"there is no mutant {', '.join(unknown)}; `list` has them", file=sys.stderr)
        return 2
    doors = Doors.opened(options.port, options.api)
    policy = {name: value for without in options.without for name, value in mutants()[without].policy.items()}
    said = f"ready {doors.api} {url_of(doors.public)} operator {url_of(doors.operator)}"
    serve(options.directory, doors, options.without, policy, lambda: print(said, flush=True))
    return 0


def _host(options: argparse.Namespace) -> int:
    from lading_mutants.host import host

    host(options.folder, lambda line: print(line, flush=True))
    return 0


def _tell(options: argparse.Namespace) -> int:
    """Give an order at an operator's door. After a restart, return when the exchange answers again."""
    order = dict(pair.split("=", 1) for pair in options.order)
    try:
        _post(f"{options.operator}/{options.what}", order)
        if options.what == "restart":
            # The old process lives for a moment; the new one waits for its first second.
            import time

            time.sleep(0.2)
            _post(f"{options.operator}/without", {"names": options.without})
    except urllib.error.HTTPError as error:
        print(error.read().decode(), file=sys.stderr)
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _post(url: str, order: object) -> None:
    request = urllib.request.Request(url, json.dumps(order).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=WAIT_SECONDS):
        return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lading_mutants")
    verbs = parser.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="name every mutant, with the requirements that it breaks")
    listing.add_argument("--json", action="store_true")
    serve = verbs.add_parser("serve", help="serve a state directory with something taken away")
    serve.add_argument("directory", type=Path, help="made where it is not there")
    serve.add_argument("--without", action="append", default=[], metavar="NAME")
    serve.add_argument("--port", type=int, default=0)
    serve.add_argument("--api", help="what a new exchange calls itself, where a proxy stands before it")
    host = verbs.add_parser("host", help="serve many, by orders on standard input")
    host.add_argument("folder", type=Path)
    tell = verbs.add_parser("tell", help="give an order at an operator's door")
    tell.add_argument("operator")
    tell.add_argument("what")
    tell.add_argument("order", nargs="*", metavar="NAME=VALUE")
    tell.add_argument("--without", action="append", default=[], metavar="NAME")
    return parser


if __name__ == "__main__":
    sys.exit(main())
