"""Trust policies (C2SP tlog-policy): which logs an auditor trusts, and which witnesses must have cosigned.

    log exchange.example+1a2b3c4d+AT… https://exchange.example/log
    quorum none

The policy is the auditor's own; nothing that a file or server under audit says ever adds to it.
"""

import re
from dataclasses import dataclass
from typing import Final

from lading.errors import UsageProblem
from lading.keys import vkey
from lading.keys.vkey import COSIGNATURE_KEY, LOG_KEY, VerifierKey

MAX_BYTES: Final = 65_536
_COUNT = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of which `needed` members must agree; members are witnesses or groups."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Trusted log keys; witnesses and groups by name; the name whose agreement is needed, or None for nobody's.

    `groups` is in the order of definition: no group stands before its members.
    """

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey]
    groups: dict[str, Group]
    quorum: str | None

    def logs_of(self, origin: str) -> tuple[VerifierKey, ...]:
        """The trusted keys of the log with this origin; none where the policy does not trust it."""
        return tuple(key for key in self.logs if key.name == origin)

    def is_met(self, agreeing: frozenset[str]) -> bool:
        """Whether witnesses with these names make the quorum."""
        met = set(agreeing)
        # A group is defined after its members, so that one pass in the order of definition sees all of them.
        for name, group in self.groups.items():
            if sum(member in met for member in group.members) >= group.needed:
                met.add(name)
        return self.quorum is None or self.quorum in met


def parse(text: str) -> Policy:
    """The policy that a trust file spells; `UsageProblem` names the line at fault."""
    if len(text) > MAX_BYTES:
        raise UsageProblem("the trust policy is larger than 64 KiB")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.removesuffix("\r").split("#", 1)[0].replace("\t", " ").split(" ")
        try:
            if any(words):
                reader.line([word for word in words if word])
        except ValueError as error:
            raise UsageProblem(f"trust policy, line {number}: {error}", hint=FORM) from None
    if not reader.has_quorum or not reader.logs:
        raise UsageProblem("a trust policy has at least one log line and one quorum line", hint=FORM)
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


FORM: Final = (
    "A line is: log <vkey> [url] | witness <name> <vkey> [url] | group <name> all|any|<k> <member>... "
    "| quorum <name>|none"
)


class _Reader:
    """Collects the lines; a name is defined before it is used, and used in one group at most."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self.has_quorum = False
        self._grouped: set[str] = set()

    def line(self, words: list[str]) -> None:
        kind, *rest = words
        handler = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }.get(kind)
        if handler is None:
            raise ValueError(f"unknown word {kind!r:.40}")
        handler(rest)

    def _log(self, rest: list[str]) -> None:
        if not 1 <= len(rest) <= 2:
            raise ValueError("log takes a vkey and perhaps a URL")
        self.logs.append(self._key(rest[0], LOG_KEY))

    def _witness(self, rest: list[str]) -> None:
        if not 2 <= len(rest) <= 3:
            raise ValueError("witness takes a name, a vkey and perhaps a URL")
        self._new(rest[0])
        self.witnesses[rest[0]] = self._key(rest[1], COSIGNATURE_KEY)

    def _group(self, rest: list[str]) -> None:
        if len(rest) < 3:
            raise ValueError("group takes a name, all, any or a number, and members")
        name, rule, *members = rest
        self._new(name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise ValueError(f"{member!r:.40} is not defined above")
            if member in self._grouped:
                raise ValueError(f"{member!r:.40} is in a group already")
            self._grouped.add(member)
        needed = {"all": len(members), "any": 1}.get(rule) or (int(rule) if _COUNT.fullmatch(rule) else 0)
        if not 1 <= needed <= len(members):
            raise ValueError("the number needed does not lie between 1 and the number of members")
        self.groups[name] = Group(needed, tuple(members))

    def _quorum(self, rest: list[str]) -> None:
        if self.has_quorum or len(rest) != 1:
            raise ValueError("there is exactly one quorum, with one name or none")
        self.has_quorum = True
        if rest[0] == "none":
            return
        if rest[0] not in self.witnesses and rest[0] not in self.groups:
            raise ValueError(f"{rest[0]!r:.40} is not defined above")
        self.quorum = rest[0]

    def _new(self, name: str) -> None:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise ValueError(f"the name {name!r:.40} is taken")

    def _key(self, text: str, kind: int) -> VerifierKey:
        key = vkey.parse(text)
        if key.kind != kind:
            raise ValueError("the key is of another type than this line needs")
        if any(key.public == other.public for other in (*self.logs, *self.witnesses.values())):
            raise ValueError("the same key stands twice")
        return key


def render(keys: tuple[tuple[VerifierKey, str], ...]) -> str:
    """A policy that trusts these logs (key, URL of the log) and asks for no witness."""
    return "".join(f"log {key} {url}\n" for key, url in keys) + "quorum none\n"
