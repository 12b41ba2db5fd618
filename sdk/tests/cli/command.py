"""Run the command line in this process, as the console script would."""

import json
from dataclasses import dataclass

import pytest

from lading.cli.main import run


@dataclass(frozen=True)
class Done:
    """What a command left: exit code and output."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


class Terminal:
    """Runs commands; not a terminal, so nobody is asked for anything."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Done:
        self._capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            run([*arguments])
        out, err = self._capture.readouterr()
        assert "Traceback" not in out + err
        code = ended.value.code
        return Done(code if isinstance(code, int) else int(code is not None), out, err)

    def ok(self, *arguments: str) -> dict[str, object]:
        """Run with --json; what it said."""
        done = self(*arguments, "--json")
        assert done.code == 0, done
        return done.json
