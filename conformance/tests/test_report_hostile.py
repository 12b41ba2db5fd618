"""Whatever a subject says, a report stays a report: nothing of it is markup, a link, or a secret told twice."""

from __future__ import annotations

import base64
import json
import random
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from conformance.tests import reports
from conformance.tests.running import RunningExchange
from lading_conformance import runner
from lading_conformance.cases import index
from lading_conformance.drivers.answers import Answer
from lading_conformance.drivers.http import Exchanged
from lading_conformance.drivers.party import Party
from lading_conformance.report import files, gather, redact
from lading_conformance.report.clean import clean, line
from lading_conformance.report.html import messages
from lading_conformance.report.html.markup import element, prose, text
from lading_conformance.report.html.page import page
from lading_conformance.report.model import ExpectedFailure, Report
from lading_conformance.trial.case import Case, Check, Trial

SCRIPT = "<script>alert(1)</script>"
BREAKS = "\"'><img src=x onerror=alert(1)>"
BIDI = "abc\u202egnp.exe\u2066\u200f"
CONTROLS = "\x1b]0;title\x07\x1b[31m\x00\x9b\u2028\ufeff\ufffe"
LINK = "javascript:alert(1) https://evil.example/ file:///etc/passwd"
STACKED = "a" + "\u0301" * 50
SURROGATE = "\ud800"
HOSTILE = (
    SCRIPT,
    BREAKS,
    BIDI,
    CONTROLS,
    LINK,
    STACKED,
    SURROGATE,
    "x" * 100_000,
    "]]>",
    "-->",
    "</style>",
    "&lt;",
)
OWN_TAGS = frozenset(
    "html head meta title style body header main footer section article div p h1 h2 h3 h5 dl dt dd bdi b a code pre"
    " span table thead tbody tr th td ul ol li details summary figure svg path rect text tspan g".split()
)
CASE = index.CASES[0]


def jws(payload: object) -> bytes:
    part = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=")
    return b"e30." + part + b".c2ln"


def said_by_a_stranger(words: str) -> list[Exchanged]:
    """Messages in which the subject says these words wherever it can."""
    body = words.encode("utf-8", "surrogatepass")
    head = (("content-type", words), (words, words), ("location", words))
    statement = {"type": words, "issuer": words, "name": words, "nested": [words]}
    return [
        Exchanged("GET", "/x", (), None, Answer(200, head, body), None, 0.1),
        Exchanged("GET", "/x", (), None, Answer(200, head, json.dumps({words: words}).encode()), None, 0.1),
        Exchanged("GET", f"/{words}", ((words, words),), body, Answer(599, (), jws(statement)), None, 0.1),
        Exchanged(words, "/x", (), jws({**statement, "type": "participant"}), None, words, 0.1),
        Exchanged("GET", "/x", (), b"\xff\xfe" + body, Answer(200, (), b"\xc3\x28" + body), None, 0.1),
    ]


def hostile(words: str) -> Report:
    found = said_by_a_stranger(words)
    checks = [
        Check(CASE.requirements[0], words, "fail", f"status 200 instead of {words}", tuple(found)),
        Check(CASE.requirements[0], words, "pass", None, tuple(found)),
    ]
    failed = gather.case_report(CASE, reports.trial(found, checks), "fail", words, 1.0)
    blocked = gather.case_report(index.CASES[1], reports.trial(found), "blocked", words, 1.0)
    broken = gather.case_report(index.CASES[2], reports.trial(found), "error", words, 1.0)
    plain = words.encode("utf-8", "backslashreplace").decode()
    expected = ExpectedFailure(
        requirement=None, case=plain, reason=plain, issue=plain, expires=plain[:10], happened=True
    )
    return reports.run(
        failed, blocked, broken, whole=False, subject=plain, selection=(plain,), expected=(expected,)
    )


class Read(HTMLParser):
    """What a browser finds in a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "xlink:href")}
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(html: str) -> Read:
    parser = Read()
    parser.feed(html)
    parser.close()
    return parser


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words_in_every_file(words: str) -> None:
    written = files.texts(hostile(words))
    found = read(written["report.html"])
    assert found.open == []
    assert found.tags <= OWN_TAGS
    assert all(link.startswith("#") for link in found.links)
    assert not any(name.startswith("on") or name in ("style", "src") for name in found.attributes)
    for name in ("junit.xml", "badge.svg"):
        ElementTree.fromstring(written[name])
    for name in ("report.html", "report.txt", "junit.xml", "badge.svg"):
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\u2028\ufeff\ufffe]",
            written[name],
        )
        written[name].encode("utf-8")
    assert len(written["report.html"]) < 1_500_000
    json.loads(written["badge.json"])
    assert Report.model_validate_json(written["report.json"]).cases[0].verdict == "fail"


def test_an_address_of_the_specification_is_the_only_link_that_leaves_the_page() -> None:
    report = reports.run(reports.told(CASE, "fail"))
    links = {
        link
        for link in read(page(report, "https://spec.example/lading/spec")).links
        if not link.startswith("#")
    }
    assert links
    assert all(link.startswith("https://spec.example/lading/spec/") for link in links)
    with pytest.raises(ValueError, match="HTTP"):
        page(report, "javascript:alert(1)")


def test_a_page_can_neither_load_nor_run_anything() -> None:
    html = page(reports.run())
    assert "Content-Security-Policy" in html
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert 'http-equiv="refresh"' not in html


def test_what_paints_over_other_text_is_named() -> None:
    assert clean("a\u202eb\x00\tc\n") == "a⟨U+202E⟩b⟨U+0000⟩\tc\n"
    assert clean("e\u0301") == "e\u0301"
    assert clean(STACKED).count("\u0301") == 3
    assert clean("שלום 你好 🚢") == "שלום 你好 🚢"
    assert line("a\n b" + "c" * 500, 10) == "a bcccccc…"


def test_markup_is_escaped_in_text_and_in_attributes() -> None:
    assert text("<&>\"'") == "&lt;&amp;&gt;&quot;&#x27;"
    assert element("a", "<b>", title='"x"') == '<a title="&quot;x&quot;">&lt;b&gt;</a>'
    assert prose("a `<b>` c") == "a <code>&lt;b&gt;</code> c"
    assert prose("a `b") == "a `b"


def test_json_that_breaks_off_is_shown_with_all_that_it_holds() -> None:
    assert messages.indented('{"a":[1,{"b":"c,d"}],"a":2') == (
        '{\n  "a": [\n    1,\n    {\n      "b": "c,d"\n    }\n  ],\n  "a": 2'
    )
    assert messages.indented('{"a":[],"b":"ends in the mid') == '{\n  "a": [],\n  "b": "ends in the mid'


def test_a_page_of_very_many_messages_is_bounded() -> None:
    big = [
        Exchanged("POST", f"/statements/{number}", (), b"q" * 2_000, Answer(500, (), b"a" * 2_000), None, 0.1)
        for number in range(600)
    ]
    checks = [
        Check(CASE.requirements[0], "no", "fail", "status 500 instead of 200", (one,)) for one in big[:60]
    ]
    first = gather.case_report(CASE, reports.trial(big, checks), "fail", None, 1.0)
    cases = [first.model_copy(update={"name": case.name, "profile": case.profile}) for case in index.CASES]
    html = page(reports.run(*cases))
    assert len(html.encode()) < 5_500_000
    assert "more message" in html


def test_the_same_report_gives_the_same_bytes() -> None:
    report = hostile(SCRIPT)
    again = Report.model_validate_json(report.model_dump_json())
    assert files.texts(report) == files.texts(again)


def test_a_subject_that_echoes_a_request_tells_no_secret() -> None:
    headers = (
        ("Signature-Input", 'lading=();created=1;nonce="q83vEjRWeJCrze8SNFZ4kA";keyid="a#b";tag="lading"'),
        ("Signature", "lading=:NWjIoxfbfKnU/eMBFQb9kyACLhI4nQyyEnLpsQQ9chFP2dSms0GW6d8v==:"),
        ("Authorization", "Bearer tok-1234567890"),
    )
    echoed = json.dumps(dict(headers)).replace("/", "\\/")
    words = " ".join(value for _, value in headers) + " q83vEjRWeJCrze8SNFZ4kA"
    answers = [
        Answer(200, (("x-echo", words),), echoed.encode()),
        Answer(200, (("q83vEjRWeJCrze8SNFZ4kA", "x"),), words.encode() + b"z" * 2_000),
        Answer(200, (), jws({"type": "x", "echo": words})),
    ]
    found = [Exchanged("GET", "/x", headers, None, answer, None, 0.1) for answer in answers]
    checks = [Check(CASE.requirements[0], "echo", "fail", f"it says {words}", tuple(found))]
    case = gather.case_report(
        CASE, reports.trial(found, checks), "fail", f"because {words}", 1.0, ["admission-token"]
    )
    written = "".join(files.texts(reports.run(case, whole=False)).values())
    for secret in ("q83vEjRWeJCrze8SNFZ4kA", "q83vejrwejcrze8snfz4ka", "NWjIoxfbfKnU", "tok-1234567890"):
        assert secret not in written
    assert redact.REDACTED in written


def test_a_token_of_the_subjects_file_is_not_told() -> None:
    shield = redact.Shield((), ["a/token+of=admission"])
    assert shield.text("it said a/token+of=admission") == "it said (redacted)"
    assert shield.text("it said a%2Ftoken%2Bof%3Dadmission") == "it said (redacted)"


@pytest.mark.parametrize("before", [0, 1, 250, 299, 300, 301, 340, 5_000])
def test_no_part_of_a_secret_stands_where_a_text_is_cut(before: int) -> None:
    secret = "a/token+of=admission" * 3
    shield = redact.Shield((), [secret])
    for told in ("x" * before + secret + "y" * 50, "x" * before + secret * 40):
        shown = shield.text(told, 300)
        assert "token" not in shown
        assert len(shown) < 340
    body = str(shield.excerpt(b"z" * (1_200 + before) + secret.encode() * 9))
    assert "token" not in body
    assert body.startswith("z" * 1_200)
    assert body.endswith(f"… ({1_200 + before + 540} bytes)")


def test_a_real_run_tells_no_secret(exchange: RunningExchange) -> None:
    parties: list[Party] = []
    nonces: set[str] = set()
    signatures: set[str] = set()

    def tell(trial: Trial) -> None:
        session = trial.session
        with trial.check(CASE.requirements[0], "who signs may read"):
            parties.append(session.sealed_consumer)
            session.exchange.events(parties[0].signer)
            session.exchange.get("/journal", parties[0].signer)
        for message in trial.messages:
            signed = dict(message.headers)
            nonces.update(re.findall('nonce="([^"]+)"', signed.get("Signature-Input", "")))
            signatures.update(re.findall(":(.+):", signed.get("Signature", "")))
        raise KeyError(f"a fault of the suite that knows {signed}")

    case = Case("a", CASE.profile, "A story.", (CASE.requirements[0],), tell)
    report = runner.run(exchange.api, exchange.subject, runner.Plan((case,), seed=random.randrange(2**32)))
    written = "".join(files.texts(report).values())
    (party,) = parties
    assert len(nonces) >= 2
    assert len(signatures) >= 2
    assert party.seal is not None
    seeds = [key.private.private_bytes_raw() for key in (party.key, party.successor, party.clerk)]
    for seed in (*seeds, party.seal.seed):
        for spelled in (
            seed.hex(),
            base64.b64encode(seed).decode(),
            base64.urlsafe_b64encode(seed).decode().rstrip("="),
        ):
            assert spelled not in written
    assert not [secret for secret in nonces | signatures if secret in written]
    assert party.id in written
