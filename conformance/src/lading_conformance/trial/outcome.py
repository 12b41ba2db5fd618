"""How a case or a check ends, and what ends it early."""

from __future__ import annotations

from typing import Final, Literal

from lading_conformance.drivers.answers import BadAnswer, NoAnswer
from lading_conformance.oracle.rejected import Rejected

Verdict = Literal["pass", "fail", "error", "blocked", "not claimed", "expected failure", "unexpected pass"]
"""How a case or a check ends. `error` is a fault of the suite; `blocked`, that it could not be tried; an `expected
failure` is one that the subject's file announces, an `unexpected pass` one that it announces and that did not happen.
"""


class Failed(Exception):
    """The subject did what the specification does not say."""


class Blocked(Exception):
    """What the case needs could not be brought about; the sentence says what to mend first."""


class Ended(Exception):
    """A recorded failure after which the case makes no sense."""


OVER: Final = "the time granted for the whole run is over; see --time-limit"

FAULTS: Final = (Failed, Rejected, BadAnswer, NoAnswer)
"""What the subject can do wrong; any other exception is a fault of the suite."""
