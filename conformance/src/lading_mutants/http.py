"""What the server does besides refusing, each with one thing wrong: who sees what, and how it is answered.

A row names the function, a text in it, what stands there instead, and the requirements that this breaks. The table is
checked by a test: every row must still change the function that it names.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final, NamedTuple

from lading_mutants.code import Place, edited, replaced


class Behaviour(NamedTuple):
    """One thing that the server does, and what it does instead."""

    name: str
    place: Place
    old: str
    new: str
    requirements: tuple[str, ...]

    def changed(self) -> AbstractContextManager[None]:
        """The server with this wrong, until the block ends."""
        return edited(self.place, replaced(self.place, self.old, self.new))


def _row(name: str, place: str, old: str, new: str, *requirements: str) -> Behaviour:
    module, _, function = place.partition(":")
    return Behaviour(f"does.{name}", Place(module, function), old, new, requirements)


_SIGHT: Final = "lading_server.sight:Sight."
_RESOURCES: Final = "lading_server.resources."

BEHAVIOURS: Final[tuple[Behaviour, ...]] = (
    # Who sees what.
    _row(
        "shows-statements-to-everybody",
        f"{_SIGHT}visible",
        "(public OR ?3 OR EXISTS",
        "(1 OR public OR ?3 OR EXISTS",
        *("LAD-HTP-010", "LAD-HTP-019"),
    ),
    _row(
        "shows-all-events-to-everybody",
        f"{_SIGHT}events",
        "if caller.is_exchange:",
        "if True:",
        *("LAD-HTP-010", "LAD-HTP-019", "LAD-HTP-029"),
    ),
    _row(
        "shows-own-statements-to-nobody",
        f"{_SIGHT}visible",
        'b"" if caller.participant is None else raw(caller.participant)',
        'b""',
        *("LAD-HTP-019", "LAD-HTP-010"),
    ),
    _row(
        "shows-public-events-only",
        f"{_SIGHT}events",
        "if caller.participant is None:",
        "if True:",
        *("LAD-HTP-029", "LAD-HTP-019"),
    ),
    _row(
        "shows-withheld-evidence",
        f"{_RESOURCES}statements:evidence",
        "eyes.statement(key) is not None",
        "True",
        *("LAD-EVI-016", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    _row(
        "withholds-all-evidence",
        f"{_RESOURCES}statements:evidence",
        "eyes.statement(key) is not None",
        "False",
        *("LAD-EVI-016", "LAD-HTP-019"),
    ),
    _row(
        "shows-how-often-terms-were-accepted",
        f"{_RESOURCES}state:_hidden",
        "frozenset() if may_see else OWN",
        "frozenset()",
        *("LAD-HTP-048", "LAD-HTP-028"),
    ),
    _row(
        "hides-accepted-from-the-provider",
        f"{_RESOURCES}state:_hidden",
        "frozenset() if may_see else OWN",
        "OWN",
        *("LAD-HTP-048", "LAD-HTP-028"),
    ),
    _row(
        "opens-nothing-by-grants",
        f"{_SIGHT}_grant",
        "row and contract else None",
        "False else None",
        "LAD-GRA-005",
    ),
    _row(
        "opens-by-ended-grants",
        f"{_SIGHT}_grant",
        "*(reader, contract, now)",
        "*(reader, contract, 0)",
        *("LAD-GRA-005", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    _row(
        "opens-by-withdrawn-grants",
        f"{_SIGHT}_grant",
        " AND record ->> '$.state' = 'open'\"",
        '"',
        *("LAD-GRA-005", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    _row(
        "opens-to-whoever-asks-by-grants",
        f"{_SIGHT}_grant",
        "record ->> '$.reader' = ?",
        "'' <> ?",
        *("LAD-GRA-005", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    _row(
        "opens-nothing-by-disclosures",
        f"{_SIGHT}_disclosure",
        "None if row is None else",
        "None if True else",
        "LAD-DIS-004",
    ),
    _row(
        "opens-by-ended-disclosures",
        f"{_SIGHT}_disclosure",
        "*(reader, key, now)",
        "*(reader, key, 0)",
        *("LAD-DIS-004", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    _row(
        "opens-to-whoever-asks-by-disclosures",
        f"{_SIGHT}_disclosure",
        "record ->> '$.reader' = ?",
        "'' <> ?",
        *("LAD-DIS-004", "LAD-HTP-019", "LAD-HTP-010"),
    ),
    _row(
        "shows-what-is-granted-in-no-feed",
        "lading_server.eyes:Eyes.events",
        "if self.caller.participant is None or self.caller.is_exchange:",
        "if True:",
        *("LAD-HTP-029", "LAD-GRA-005", "LAD-DIS-004"),
    ),
    # The journal.
    _row(
        "keeps-no-journal",
        "lading_server.exchange:Exchange.look",
        "if seen.shown and",
        "if not seen.shown and",
        *("LAD-HTP-043", "LAD-GRA-007", "LAD-HTP-046"),
    ),
    _row(
        "numbers-readings-from-2",
        f"{_RESOURCES}journal:_reading",
        '"number": row.number',
        '"number": row.number + 1',
        "LAD-HTP-046",
    ),
    _row(
        "says-of-all-readings-that-statements-were-read",
        f"{_RESOURCES}journal:_reading",
        '"read": row.what',
        '"read": "statement"',
        "LAD-HTP-046",
    ),
    _row(
        "repeats-readings",
        f"{_RESOURCES}journal:read",
        "subject, after, limit)\n",
        "subject, 0, limit)\n",
        "LAD-HTP-046",
    ),
    # Erasures.
    _row(
        "serves-erased-bytes",
        "lading.register.register:_append",
        "transaction.erase(statement.act.statement)",
        "pass",
        *("LAD-ERA-007", "LAD-HTP-042"),
    ),
    # Registration.
    _row(
        "calls-everything-new",
        f"{_RESOURCES}statements:register",
        "201 if answer.new else 200",
        "201",
        *("LAD-HTP-025", "LAD-REG-005"),
    ),
    _row(
        "calls-nothing-new",
        f"{_RESOURCES}statements:register",
        "201 if answer.new else 200",
        "200",
        *("LAD-HTP-025", "LAD-REG-002", "LAD-REG-004"),
    ),
    _row(
        "answers-another-time",
        f"{_RESOURCES}statements:_registration",
        '"time": answer.time',
        '"time": answer.time + 1',
        *("LAD-HTP-025", "LAD-REG-004", "LAD-LOG-011", "LAD-REG-002"),
    ),
    _row(
        "answers-another-index",
        f"{_RESOURCES}statements:_registration",
        '"index": answer.index',
        '"index": answer.index + 1',
        *("LAD-HTP-025", "LAD-REG-004", "LAD-REG-002"),
    ),
    _row(
        "registers-again-what-is-registered",
        "lading.register.register:Register._admit_one",
        "before.index, Millis(before.time), new=False",
        "before.index + 1, Millis(before.time), new=False",
        *("LAD-REG-005", "LAD-LOG-012"),
    ),
    _row(
        "has-a-clock-that-is-late",
        "lading.register.register:Register.next_place",
        "self._clock()",
        "self._clock() - 3_600_000",
        *("LAD-REG-008", "LAD-STM-025", "LAD-STM-026", "LAD-REG-002"),
    ),
    _row(
        "ends-a-batch-at-a-refusal",
        f"{_RESOURCES}statements:register_batch",
        "[_result(answer) for answer in answers]",
        "[_result(answer) for answer in answers][:1]",
        *("LAD-REG-007", "LAD-HTP-026"),
    ),
    _row(
        "calls-everything-new-in-a-batch",
        f"{_RESOURCES}statements:_result",
        '"status": 201 if answer.new else 200',
        '"status": 201',
        *("LAD-HTP-026", "LAD-REG-005"),
    ),
    _row(
        "names-no-winner",
        "lading_server.problems:problem",
        "if refused.winner is not None:",
        "if False:",
        *("LAD-REG-013", "LAD-HTP-017", "LAD-ACC-007", "LAD-DLV-013"),
    ),
    _row(
        "names-other-requirements",
        "lading_server.problems:problem",
        '"requirement": kind.requirement',
        '"requirement": "LAD-HTP-999"',
        *("LAD-HTP-017", "LAD-STM-015", "LAD-HTP-010", "LAD-REG-006"),
    ),
    _row(
        "tells-what-failed",
        "lading_server.problems:problem",
        '"detail": refused.detail,',
        '"detail": refused.detail, "trace": "app.py",',
        "LAD-HTP-017",
    ),
    _row(
        "answers-problems-as-json",
        "lading_server.problems:answer_problem",
        "media_type=media.PROBLEM",
        "media_type=media.JSON",
        *("LAD-HTP-017", "LAD-HTP-001", "LAD-HTP-010"),
    ),
    # The log.
    _row(
        "publishes-no-checkpoint",
        "lading_server.exchange:Exchange._publish",
        "self.checkpoint = note",
        "pass",
        *("LAD-LOG-010", "LAD-REG-004", "LAD-LOG-016"),
    ),
    _row(
        "serves-the-whole-tile-for-a-part",
        f"{_RESOURCES}log:_data",
        "[: width * HASH_BYTES]",
        "",
        "LAD-LOG-010",
    ),
    # Reads.
    _row(
        "calls-the-first-statement-the-newest",
        f"{_RESOURCES}wellknown:describe",
        '"head": head.decode("ascii")',
        '"head": first.decode("ascii")[:-1]',
        *("LAD-HTP-024", "LAD-PAR-002"),
    ),
    _row(
        "names-no-limits",
        f"{_RESOURCES}wellknown:describe",
        "**limits.model_dump(),",
        "",
        "LAD-HTP-024",
    ),
    _row(
        "finds-what-holds-no-word",
        f"{_SIGHT}listed",
        "WHERE instr(listed.text, json_each.value) = 0",
        "WHERE 0",
        "LAD-HTP-027",
    ),
    _row(
        "ignores-what-listings-are-chosen-by",
        f"{_SIGHT}listed",
        "for facet in FACETS if facet in only",
        'for facet in ""',
        "LAD-HTP-027",
    ),
    _row(
        "lists-the-oldest-first",
        f"{_SIGHT}listed",
        ' ORDER BY rowid DESC LIMIT :limit) ORDER BY idx DESC"',
        ' ORDER BY rowid DESC LIMIT :limit) ORDER BY idx"',
        "LAD-HTP-027",
    ),
    _row(
        "lists-what-is-superseded-or-withdrawn",
        "lading_server.store:Transaction._unlist",
        "if version is not None:",
        "if False:",
        "LAD-HTP-027",
    ),
    _row(
        "repeats-a-page-of-listings",
        f"{_RESOURCES}listings:_page",
        "sight.size() if before is None else before",
        "sight.size()",
        "LAD-HTP-027",
    ),
    _row(
        "never-has-more-listings",
        f"{_RESOURCES}listings:_page",
        "if len(found) > limit else {}",
        "if False else {}",
        "LAD-HTP-027",
    ),
    _row(
        "shows-a-state-of-the-future",
        f"{_RESOURCES}state:_state",
        '"as_of": sight.size()',
        '"as_of": sight.size() + 1_000',
        "LAD-HTP-028",
    ),
    _row(
        "shows-no-moved-deadline",
        f"{_RESOURCES}state:_state",
        "if moved else {}",
        "if False else {}",
        "LAD-HTP-047",
    ),
    _row(
        "shows-offers-as-they-were",
        f"{_RESOURCES}state:_state",
        "if isinstance(record, OfferRecord):",
        "if False:",
        *("LAD-HTP-028", "LAD-OFR-004"),
    ),
    _row(
        "repeats-events",
        f"{_RESOURCES}events:follow",
        "page = await _page(call, after, limit)\n    if",
        "page = await _page(call, after - 1, limit)\n    if",
        "LAD-HTP-029",
    ),
    _row(
        "skips-events",
        f"{_RESOURCES}events:follow",
        '"next": page.next',
        '"next": page.next + 1',
        "LAD-HTP-029",
    ),
    _row(
        "does-not-wait-for-events",
        f"{_RESOURCES}events:follow",
        "if not page.shown and wait:",
        "if False:",
        "LAD-HTP-030",
    ),
    _row(
        "dates-events-otherwise",
        f"{_RESOURCES}events:_event",
        '"time": stored.time',
        '"time": stored.time + 1',
        "LAD-HTP-029",
    ),
    _row(
        "has-no-head",
        "lading_server.resource:Resource._handler",
        'if method == "HEAD":',
        "if False:",
        *("LAD-HTP-001", "LAD-HTP-023", "LAD-TRF-010", "LAD-HTP-035"),
    ),
    _row(
        "does-not-say-which-methods-there-are",
        "lading_server.resource:Resource._answer",
        '{"Allow": ", ".join(self._allowed())}',
        "{}",
        *("LAD-HTP-012", "LAD-HTP-001"),
    ),
    _row(
        "asks-who-before-how",
        "lading_server.resource:Resource._answer",
        "check_path(request)\n",
        "await caller_of(request.app.state.exchange, request, needed=True)\n        check_path(request)\n",
        *("LAD-HTP-023", "LAD-HTP-004", "LAD-HTP-012", "LAD-HTP-001"),
    ),
    # Content.
    _row(
        "counts-one-chunk-more",
        f"{_RESOURCES}content:count_chunks",
        "str(stored.held())",
        "str(stored.held() + 1)",
        *("LAD-TRF-010", "LAD-HTP-035"),
    ),
    _row(
        "forgets-what-is-held",
        f"{_RESOURCES}tickets:_open_content",
        '"held": stored.held()',
        '"held": 0',
        *("LAD-HTP-035", "LAD-TRF-010"),
    ),
    _row(
        "calls-the-manifest-absent",
        f"{_RESOURCES}tickets:_open_content",
        '"manifest": stored.has_manifest()',
        '"manifest": False',
        "LAD-HTP-035",
    ),
    _row(
        "registers-what-is-a-ticket",
        f"{_RESOURCES}tickets:open_upload",
        "prepared = await call.exchange.writer.prepare(jws)",
        "prepared = await call.exchange.writer.prepare(jws)\n    await call.exchange.writer.register([jws])",
        "LAD-TRF-009",
    ),
    _row(
        "serves-one-byte-less",
        "lading_server.ranges:span_of",
        "span = range(int(first), min(int(last or size), size - 1) + 1)",
        "span = range(int(first), min(int(last or size), size - 1))",
        *("LAD-TRF-005", "LAD-TRF-018", "LAD-TRF-006"),
    ),
    _row(
        "gives-content-to-readers-of-the-delivery",
        f"{_RESOURCES}content:_delivered",
        "if call.caller.participant in record.parties:",
        "if call.caller.participant is not None:",
        *("LAD-GRA-006", "LAD-DIS-005", "LAD-HTP-010", "LAD-HTP-019"),
    ),
    _row(
        "takes-content-from-whoever-brings-it",
        f"{_RESOURCES}content:_ticketed",
        "or delivery.issuer != call.caller.participant",
        "",
        "LAD-TRF-011",
    ),
    _row(
        "keeps-boxes-of-closed-deliveries",
        f"{_RESOURCES}content:_is_over",
        'role == "exchange" and delivery.state != "open"',
        "False",
        "LAD-HTP-036",
    ),
    # What the exchange does unasked.
    _row(
        "records-no-lapse",
        "lading_server.lapses:Lapses.do",
        "well = [await self._do(page) for page in (_deliveries, _owed)]",
        "well = [True]",
        *("LAD-LPS-004", "LAD-LPS-003"),
    ),
)
