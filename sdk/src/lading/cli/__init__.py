"""The command line: `lading <command>`, one module per command, each importing what it needs when it runs.

main      the table of commands, and what becomes of errors
options   what several commands share: identity, exchange, --json
output    text or JSON, progress, exit codes
"""


def main() -> None:
    """The `lading` command."""
    from lading.cli.main import run

    run()
