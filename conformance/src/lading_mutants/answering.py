"""What is answered, and what the exchange does unasked: each wrong in one way (see `behaviours`)."""

from __future__ import annotations

from typing import Final

from lading_mutants.behaviours import Behaviour, row

_SIGHT: Final = "lading_server.sight:Sight."
_RESOURCES: Final = "lading_server.resources."

ANSWERING: Final[tuple[Behaviour, ...]] = (
    # Registration.
    row(
        "calls-everything-new",
        f"{_RESOURCES}statements:register",
        "201 if answer.new else 200",
        "201",
        *("LAD-HTP-025", "LAD-REG-005"),
    ),
    row(
        "calls-nothing-new",
        f"{_RESOURCES}statements:register",
        "201 if answer.new else 200",
        "200",
        *("LAD-HTP-025", "LAD-REG-002", "LAD-REG-004"),
    ),
    row(
        "answers-another-time",
        f"{_RESOURCES}statements:_registration",
        '"time": answer.time',
        '"time": answer.time + 1',
        *("LAD-HTP-025", "LAD-REG-004", "LAD-LOG-011", "LAD-REG-002"),
    ),
    row(
        "answers-another-index",
        f"{_RESOURCES}statements:_registration",
        '"index": answer.index',
        '"index": answer.index + 1',
        *("LAD-HTP-025", "LAD-REG-004", "LAD-REG-002"),
    ),
    row(
        "registers-again-what-is-registered",
        "lading.register.register:Register._admit_one",
        "before.index, Millis(before.time), new=False",
        "before.index + 1, Millis(before.time), new=False",
        *("LAD-REG-005", "LAD-LOG-012"),
    ),
    row(
        "has-a-clock-that-is-late",
        "lading.register.register:Register.next_place",
        "self._clock()",
        "self._clock() - 3_600_000",
        *("LAD-REG-008", "LAD-STM-025", "LAD-STM-026", "LAD-REG-002"),
    ),
    row(
        "has-a-clock-that-is-fast",
        "lading.register.register:Register.next_place",
        "self._clock()",
        "self._clock() + 20_000",
        "LAD-REG-012",
    ),
    row(
        "ends-a-batch-at-a-refusal",
        f"{_RESOURCES}statements:register_batch",
        "[_result(answer) for answer in answers]",
        "[_result(answer) for answer in answers][:1]",
        *("LAD-REG-007", "LAD-HTP-026"),
    ),
    row(
        "calls-everything-new-in-a-batch",
        f"{_RESOURCES}statements:_result",
        '"status": 201 if answer.new else 200',
        '"status": 201',
        *("LAD-HTP-026", "LAD-REG-005"),
    ),
    row(
        "names-no-winner",
        "lading_server.problems:problem",
        "if refused.winner is not None:",
        "if False:",
        *("LAD-REG-013", "LAD-HTP-017", "LAD-ACC-007", "LAD-DLV-013"),
    ),
    row(
        "names-other-requirements",
        "lading_server.problems:problem",
        '"requirement": kind.requirement',
        '"requirement": "LAD-SEC-002"',
        *("LAD-HTP-017", "LAD-STM-015", "LAD-HTP-010", "LAD-REG-006"),
    ),
    row(
        "tells-what-failed",
        "lading_server.problems:problem",
        '"detail": refused.detail,',
        '"detail": refused.detail, "trace": "app.py",',
        "LAD-HTP-017",
    ),
    row(
        "answers-problems-as-json",
        "lading_server.problems:answer_problem",
        "media_type=media.PROBLEM",
        "media_type=media.JSON",
        *("LAD-HTP-017", "LAD-HTP-001", "LAD-HTP-010"),
    ),
    # The log.
    row(
        "publishes-no-checkpoint",
        "lading_server.exchange:Exchange._publish",
        "self.checkpoint = note",
        "pass",
        *("LAD-LOG-010", "LAD-REG-004", "LAD-LOG-016"),
    ),
    row(
        "serves-the-whole-tile-for-a-part",
        f"{_RESOURCES}log:_data",
        "[: width * HASH_BYTES]",
        "",
        "LAD-LOG-010",
    ),
    # Reads.
    row(
        "calls-the-first-statement-the-newest",
        f"{_RESOURCES}wellknown:describe",
        '"head": head.decode("ascii")',
        '"head": first.decode("ascii")[:-1]',
        *("LAD-HTP-024", "LAD-PAR-002"),
    ),
    row(
        "names-no-limits",
        f"{_RESOURCES}wellknown:describe",
        "**limits.model_dump(),",
        "",
        "LAD-HTP-024",
    ),
    row(
        "finds-what-holds-no-word",
        "lading_server.searching:Search.of",
        'indexed = " AND "',
        'words, indexed = [], " OR "',
        "LAD-HTP-027",
    ),
    row(
        "ignores-what-listings-are-chosen-by",
        "lading_server.searching:Search.of",
        "for facet in FACETS if facet in only",
        'for facet in ""',
        "LAD-HTP-027",
    ),
    row(
        "lists-the-oldest-first",
        f"{_SIGHT}listed",
        ' ORDER BY rowid DESC LIMIT :limit) ORDER BY idx DESC"',
        ' ORDER BY rowid DESC LIMIT :limit) ORDER BY idx"',
        "LAD-HTP-027",
    ),
    row(
        "lists-what-is-superseded-or-withdrawn",
        "lading_server.store:Transaction._unlist",
        "if version is not None:",
        "if False:",
        "LAD-HTP-027",
    ),
    row(
        "repeats-a-page-of-listings",
        f"{_RESOURCES}listings:_page",
        "sight.size() if query.before is None else query.before",
        "sight.size()",
        "LAD-HTP-027",
    ),
    row(
        "never-has-more-listings",
        f"{_RESOURCES}listings:_page",
        "if len(found) > query.limit else {}",
        "if False else {}",
        "LAD-HTP-027",
    ),
    row(
        "shows-a-state-of-the-future",
        f"{_RESOURCES}state:_state",
        '"as_of": sight.size()',
        '"as_of": sight.size() + 1_000',
        "LAD-HTP-028",
    ),
    row(
        "shows-no-moved-deadline",
        f"{_RESOURCES}state:_state",
        "if moved else {}",
        "if False else {}",
        "LAD-HTP-047",
    ),
    row(
        "shows-offers-as-they-were",
        f"{_RESOURCES}state:_state",
        "if isinstance(record, OfferRecord):",
        "if False:",
        *("LAD-HTP-028", "LAD-LIF-001", "LAD-WDR-003"),
    ),
    row(
        "repeats-events",
        f"{_RESOURCES}events:follow",
        "page = await _page(call, after, limit)\n    if",
        "page = await _page(call, after - 1, limit)\n    if",
        "LAD-HTP-029",
    ),
    row(
        "skips-events",
        f"{_RESOURCES}events:follow",
        '"next": page.next',
        '"next": page.next + 1',
        "LAD-HTP-029",
    ),
    row(
        "does-not-wait-for-events",
        f"{_RESOURCES}events:follow",
        "if not page.shown and wait:",
        "if False:",
        "LAD-HTP-030",
    ),
    row(
        "dates-events-otherwise",
        f"{_RESOURCES}events:_event",
        '"time": stored.time',
        '"time": stored.time + 1',
        "LAD-HTP-029",
    ),
    row(
        "has-no-head",
        "lading_server.resource:Resource._handler",
        'if method == "HEAD":',
        "if False:",
        *("LAD-HTP-001", "LAD-HTP-023", "LAD-TRF-010", "LAD-HTP-035"),
    ),
    row(
        "needs-no-host",
        "lading_server.wire:Connection.on_headers_complete",
        'raise ValueError("no host")',
        "pass",
        "LAD-HTP-004",
    ),
    row(
        "asks-who-before-how",
        "lading_server.resource:Resource._answer",
        "check_path(request)\n",
        # Only of who does not sign at all, where every read needs a signature: all else is answered as ever.
        "if 'GET' in self._signed and 'signature' not in request.headers:\n"
        "            await caller_of(request.app.state.exchange, request, needed=True)\n"
        "        check_path(request)\n",
        *("LAD-HTP-023", "LAD-HTP-004", "LAD-HTP-012"),
    ),
    # Content.
    row(
        "counts-one-chunk-more",
        f"{_RESOURCES}content:count_chunks",
        "str(stored.held())",
        "str(stored.held() + 1)",
        *("LAD-TRF-010", "LAD-HTP-035"),
    ),
    row(
        "forgets-what-is-held",
        f"{_RESOURCES}tickets:_open_content",
        '"held": stored.held()',
        '"held": 0',
        *("LAD-HTP-035", "LAD-TRF-010"),
    ),
    row(
        "calls-the-manifest-absent",
        f"{_RESOURCES}tickets:_open_content",
        '"manifest": stored.has_manifest()',
        '"manifest": False',
        "LAD-HTP-035",
    ),
    row(
        "registers-what-is-a-ticket",
        f"{_RESOURCES}tickets:open_upload",
        "prepared = await call.exchange.writer.prepare(jws)",
        "prepared = await call.exchange.writer.prepare(jws)\n    await call.exchange.writer.register([jws])",
        "LAD-TRF-009",
    ),
    row(
        "serves-one-byte-less",
        "lading_server.ranges:span_of",
        "span = range(int(first), min(int(last or size), size - 1) + 1)",
        "span = range(int(first), min(int(last or size), size - 1))",
        *("LAD-TRF-005", "LAD-TRF-018", "LAD-TRF-006"),
    ),
    row(
        "gives-content-to-readers-of-the-delivery",
        f"{_RESOURCES}content:_delivered",
        "if call.caller.participant in record.parties:",
        "if call.caller.participant is not None:",
        *("LAD-GRA-006", "LAD-DIS-005", "LAD-HTP-010", "LAD-HTP-019"),
    ),
    row(
        "takes-content-from-whoever-brings-it",
        f"{_RESOURCES}content:_ticketed",
        "or delivery.issuer != call.caller.participant",
        "",
        "LAD-TRF-011",
    ),
    row(
        "keeps-boxes-of-closed-deliveries",
        f"{_RESOURCES}content:_is_over",
        'role == "exchange" and delivery.state != "open"',
        "False",
        "LAD-HTP-036",
    ),
    # What the exchange does unasked.
    row(
        "records-no-lapse",
        "lading_server.lapses:Lapses.do",
        "well = [await self._do(page) for page in (_deliveries, _owed)]",
        "well = [True]",
        *("LAD-LPS-004", "LAD-LPS-003"),
    ),
    row(
        "reads-no-page-of-a-later-version",
        "lading_server.follow:_page",
        "if not isinstance(said, list)",
        "if set(page) - {'events', 'next', 'as_of'} or not isinstance(said, list)",
        "LAD-HTP-033",
    ),
    row(
        "reads-no-event-of-a-later-version",
        "lading_server.follow:_event",
        "said = item if isinstance(item, dict) else {}",
        "said = item if isinstance(item, dict) and len(item) == 5 else {}",
        "LAD-HTP-033",
    ),
)
