"""`python -m lading_server {init,serve,rotate}`: an exchange without the `lading` command, for tests and containers.

Exit codes: 0 ended well, 2 cannot be done, 3 another process serves the state directory.
"""

import argparse
import sys
from pathlib import Path

from lading.errors import LadingError
from lading_server import following, operate, outage
from lading_server.state import StateInUse


def main(arguments: list[str] | None = None) -> int:
    """Run one verb; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.verb == "serve":
            at = {"host": options.host, "port": options.port}
            pace = {"peer_poll": options.peer_poll, "peer_silent": options.peer_silent}
            operate.serve(options.directory, **at, **pace, outage_after=options.outage_after)
        elif options.verb == "rotate":
            print(operate.rotate(options.directory)["statement"])
        else:
            print(_init(options))
    except StateInUse as error:
        return _say(error, 3)
    except LadingError as error:
        return _say(error, 2)
    return 0


def _init(options: argparse.Namespace) -> str:
    return operate.init(
        options.directory,
        name=options.name,
        jurisdiction=options.jurisdiction,
        api=options.api,
        onboarding=options.onboarding,
        policy=options.policy,
        origin=options.origin,
    )


def _say(error: LadingError, code: int) -> int:
    print(f"{error} {error.hint}".strip(), file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lading_server")
    verbs = parser.add_subparsers(dest="verb", required=True)
    init = verbs.add_parser("init", help="set up a state directory")
    init.add_argument("directory", type=Path)
    init.add_argument("--name", required=True)
    init.add_argument("--jurisdiction", required=True)
    init.add_argument("--api", required=True)
    init.add_argument("--origin")
    init.add_argument("--onboarding", choices=("open", "closed"))
    init.add_argument("--policy", type=Path, help="a JSON file of the exchange's switches")
    serve = verbs.add_parser("serve", help="serve a state directory until it is told to stop")
    serve.add_argument("directory", type=Path)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, required=True)
    serve.add_argument(
        "--outage-after", type=int, default=outage.BOUND_SECONDS, help="after how many seconds; 0: never"
    )
    serve.add_argument(
        "--peer-poll", type=float, default=following.POLL_SECONDS, help="how often peers are read, in seconds"
    )
    serve.add_argument(
        "--peer-silent",
        type=float,
        default=following.SILENT_SECONDS,
        help="when a peer is silent, in seconds",
    )
    rotate = verbs.add_parser("rotate", help="give an exchange that nobody serves new keys")
    rotate.add_argument("directory", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
