"""Whatever arrives, the answer is a problem with its code, and the exchange goes on."""

import os
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_server.tests.exchange_process import ExchangeProcess
from reference_server.tests.trader import Content, Market
from reference_server.tests.wire_client import Reply, exchange_bytes, head, read_reply

ID = "sha256:" + "a" * 64
STATEMENT = "Content-Type: application/lading+jws"
BATCH = "Content-Type: application/lading-batch"

REQUESTS = {
    # path
    "unknown path": ("GET /nothing HTTP/1.1", (), b"", "not-found"),
    "root": ("GET / HTTP/1.1", (), b"", "not-found"),
    "slash at the end": ("GET /listings/ HTTP/1.1", (), b"", "not-found"),
    "double slash": ("GET //listings HTTP/1.1", (), b"", "not-found"),
    "dot segments": ("GET /statements/../listings HTTP/1.1", (), b"", "not-found"),
    "path with percent": ("GET /statements/sha256%3Aaa HTTP/1.1", (), b"", "bad-request"),
    "path with NUL": ("GET /listings%00 HTTP/1.1", (), b"", "bad-request"),
    "path that is long": ("GET /" + "a" * 600 + " HTTP/1.1", (), b"", "bad-request"),
    "id of another form": ("GET /statements/abc HTTP/1.1", (), b"", "bad-request"),
    "id in upper case": ("GET /statements/" + ID.upper() + " HTTP/1.1", (), b"", "bad-request"),
    "unknown id": (f"GET /statements/{ID} HTTP/1.1", (), b"", "not-found"),
    "sequence with a zero": (f"GET /content/{ID}/01/{ID}/chunks HTTP/1.1", (), b"", "bad-request"),
    "sequence zero": (f"GET /content/{ID}/0/{ID}/chunks HTTP/1.1", (), b"", "bad-request"),
    "first with a sign": (f"PUT /content/{ID}/1/{ID}/chunks/-1 HTTP/1.1", (), b"", "bad-request"),
    "box of no role": (f"GET /content/{ID}/1/{ID}/boxes/arbiter HTTP/1.1", (), b"", "not-found"),
    "boxes without a role": (f"GET /content/{ID}/1/{ID}/boxes HTTP/1.1", (), b"", "not-found"),
    "box at an id of another form": ("GET /content/a/1/b/boxes/consumer HTTP/1.1", (), b"", "bad-request"),
    "attachment of no statement": (f"GET /attachments/abc/{ID} HTTP/1.1", (), b"", "bad-request"),
    "attachment of no digest": (f"GET /attachments/{ID}/..%2Fkeys HTTP/1.1", (), b"", "bad-request"),
    "attachment with dots": (f"GET /attachments/{ID}/.. HTTP/1.1", (), b"", "bad-request"),
    "unsigned attachment": (f"GET /attachments/{ID}/{ID} HTTP/1.1", (), b"", "not-found"),
    "DELETE of a box": (
        f"DELETE /content/{ID}/1/{ID}/boxes/exchange HTTP/1.1",
        (),
        b"",
        "method-not-allowed",
    ),
    "tile of no form": ("GET /log/tile/0/1 HTTP/1.1", (), b"", "bad-request"),
    "tile level too high": ("GET /log/tile/64/000 HTTP/1.1", (), b"", "bad-request"),
    "tile wider than a tile": ("GET /log/tile/0/000.p/257 HTTP/1.1", (), b"", "bad-request"),
    "tile with a zero group": ("GET /log/tile/0/x000/000 HTTP/1.1", (), b"", "bad-request"),
    "tile that is not there": ("GET /log/tile/0/x999/999 HTTP/1.1", (), b"", "not-found"),
    "full tile of a small tree": ("GET /log/tile/5/000 HTTP/1.1", (), b"", "not-found"),
    # query
    "unknown parameter": ("GET /listings?page=1 HTTP/1.1", (), b"", "bad-request"),
    "parameter twice": ("GET /listings?limit=1&limit=2 HTTP/1.1", (), b"", "bad-request"),
    "parameter where there is none": (f"GET /statements/{ID}?x=1 HTTP/1.1", (), b"", "bad-request"),
    "empty parameter": ("GET /listings?& HTTP/1.1", (), b"", "bad-request"),
    "no value": ("GET /listings?limit HTTP/1.1", (), b"", "bad-request"),
    "broken percent": ("GET /listings?q=%4 HTTP/1.1", (), b"", "bad-request"),
    "not UTF-8": ("GET /listings?q=%ff%fe HTTP/1.1", (), b"", "bad-request"),
    "raw bytes": ("GET /listings?q=\xff HTTP/1.1", (), b"", "bad-request"),
    "overlong query": ("GET /listings?q=" + "a" * 3000 + " HTTP/1.1", (), b"", "bad-request"),
    "limit zero": ("GET /listings?limit=0 HTTP/1.1", (), b"", "bad-request"),
    "after with a signed zero": ("GET /events?after=-0 HTTP/1.1", (), b"", "bad-request"),
    "limit of other digits": ("GET /listings?limit=%D9%A1 HTTP/1.1", (), b"", "bad-request"),
    "limit with leading zero": ("GET /listings?limit=01 HTTP/1.1", (), b"", "bad-request"),
    "foreign cursor": ("GET /listings?cursor=AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1", (), b"", "bad-request"),
    "malformed cursor": ("GET /listings?cursor=x HTTP/1.1", (), b"", "bad-request"),
    "after below -1": ("GET /events?after=-2 HTTP/1.1", (), b"", "bad-request"),
    "wait that is no number": ("GET /events?wait=long HTTP/1.1", (), b"", "bad-request"),
    # method
    "DELETE": ("DELETE /listings HTTP/1.1", (), b"", "method-not-allowed"),
    "POST on a read": ("POST /listings HTTP/1.1", ("Content-Length: 0",), b"", "method-not-allowed"),
    "OPTIONS": ("OPTIONS /statements HTTP/1.1", (), b"", "method-not-allowed"),
    "TRACE": ("TRACE /statements HTTP/1.1", (), b"", "method-not-allowed"),
    "CONNECT": ("CONNECT exchange:443 HTTP/1.1", (), b"", "bad-request"),
    "OPTIONS of everything": ("OPTIONS * HTTP/1.1", (), b"", "bad-request"),
    "made-up method": ("BREW /statements HTTP/1.1", (), b"", "bad-request"),
    # head
    "host twice": ("GET /listings HTTP/1.1", ("Host: other",), b"", "bad-request"),
    "signature twice": ("GET /listings HTTP/1.1", ("Signature: a", "Signature: b"), b"", "bad-request"),
    "huge header": ("GET /listings HTTP/1.1", ("X: " + "a" * 20_000,), b"", "bad-request"),
    "many headers": (
        "GET /listings HTTP/1.1",
        tuple(f"X-{n}: {n}" for n in range(2_000)),
        b"",
        "bad-request",
    ),
    "no HTTP at all": ("\x16\x03\x01\x02", (), b"", "bad-request"),
    "HTTP/3.0": ("GET /listings HTTP/3.0", (), b"", "bad-request"),
    "folded header": ("GET /listings HTTP/1.1", ("X: a", " b"), b"", "bad-request"),
    "space before the colon": ("GET /listings HTTP/1.1", ("X : a",), b"", "bad-request"),
    # body
    "read with a body": ("GET /listings HTTP/1.1", ("Content-Length: 2",), b"hi", "bad-request"),
    "length that is no number": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Content-Length: ten"),
        b"",
        "bad-request",
    ),
    "negative length": ("POST /statements HTTP/1.1", (STATEMENT, "Content-Length: -1"), b"", "bad-request"),
    "two lengths": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Content-Length: 1", "Content-Length: 2"),
        b"xx",
        "bad-request",
    ),
    "length and chunks": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Content-Length: 5", "Transfer-Encoding: chunked"),
        b"0\r\n\r\n",
        "bad-request",
    ),
    "chunk of no size": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Transfer-Encoding: chunked"),
        b"zz\r\n\r\n",
        "bad-request",
    ),
    "no media type": ("POST /statements HTTP/1.1", ("Content-Length: 1",), b"x", "wrong-media-type"),
    "JSON": (
        "POST /statements HTTP/1.1",
        ("Content-Type: application/json", "Content-Length: 2"),
        b"{}",
        "wrong-media-type",
    ),
    "media type with a parameter": (
        "POST /statements HTTP/1.1",
        (STATEMENT + "; charset=utf-8", "Content-Length: 1"),
        b"x",
        "wrong-media-type",
    ),
    "announced too large": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Content-Length: 65537"),
        b"",
        "too-large",
    ),
    "announced beyond all bounds": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Content-Length: 999999999999999999"),
        b"",
        "too-large",
    ),
    "batch announced too large": (
        "POST /statements/batch HTTP/1.1",
        (BATCH, "Content-Length: 16777473"),
        b"",
        "body-too-large",
    ),
    "empty statement": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Content-Length: 0"),
        b"",
        "malformed-envelope",
    ),
    "empty batch": ("POST /statements/batch HTTP/1.1", (BATCH, "Content-Length: 0"), b"", "bad-request"),
    "batch of an empty line": (
        "POST /statements/batch HTTP/1.1",
        (BATCH, "Content-Length: 1"),
        b"\n",
        "bad-request",
    ),
    "batch with a gap": (
        "POST /statements/batch HTTP/1.1",
        (BATCH, "Content-Length: 4"),
        b"a\n\nb",
        "bad-request",
    ),
    "batch of too many": (
        "POST /statements/batch HTTP/1.1",
        (BATCH, "Content-Length: 513"),
        b"\n".join([b"a"] * 257),
        "batch-too-large",
    ),
    "batch of too many, with a gap": (
        "POST /statements/batch HTTP/1.1",
        (BATCH, "Content-Length: 514"),
        b"a\n\n" + b"\n".join([b"a"] * 256),
        "bad-request",
    ),
    "digest of another body": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Content-Length: 1", "Content-Digest: sha-256=:" + "A" * 43 + "=:"),
        b"x",
        "bad-digest",
    ),
    "digest of no form": (
        "POST /statements HTTP/1.1",
        (STATEMENT, "Content-Length: 1", "Content-Digest: md5=:AA==:"),
        b"x",
        "bad-digest",
    ),
    "upload unsigned": (
        f"PUT /content/{ID}/1/{ID}/manifest HTTP/1.1",
        ("Content-Length: 0",),
        b"",
        "signature-required",
    ),
    "download unsigned": (f"GET /content/{ID}/1/{ID}/chunks HTTP/1.1", (), b"", "signature-required"),
}


@pytest.mark.parametrize(("line", "fields", "body", "code"), REQUESTS.values(), ids=REQUESTS.keys())
def test_every_bad_request_is_a_problem(
    served: ExchangeProcess, line: str, fields: tuple[str, ...], body: bytes, code: str
) -> None:
    assert exchange_bytes(served, head(line, *fields) + body).code == code


def test_an_allowed_method_is_named(served: ExchangeProcess) -> None:
    reply = exchange_bytes(served, head("DELETE /listings HTTP/1.1"))
    assert "allow: GET, HEAD" in reply.head.lower().replace("get, head", "GET, HEAD")


def test_a_body_in_chunks_is_a_body_like_any_other(served: ExchangeProcess, market: Market) -> None:
    jws = market.provider.sign("listing", kind="dataset", title="Sent in chunks")
    pieces = [b"%x\r\n%s\r\n" % (len(part), part) for part in (jws[:10], jws[10:11], jws[11:])]
    fields = (STATEMENT, "Transfer-Encoding: chunked")
    reply = exchange_bytes(served, head("POST /statements HTTP/1.1", *fields), *pieces, b"0\r\n\r\n")
    assert reply.status == 201


def test_a_request_without_a_host_is_refused(served: ExchangeProcess) -> None:
    for version, status in (("1.1", 400), ("1.0", 200)):
        answer = exchange_bytes(served, f"GET /.well-known/lading HTTP/{version}\r\n\r\n".encode())
        assert answer.status == status


@pytest.mark.parametrize("around", ["", " ", "\t", " \t  "], ids=repr)
def test_white_space_around_a_value_is_none_of_it(
    served: ExchangeProcess, market: Market, around: str
) -> None:
    jws = market.provider.sign("listing", kind="dataset", title="With room around it")
    fields = [f"{STATEMENT}{around}", f"Content-Length:{around}{len(jws)}{around}"]
    assert exchange_bytes(served, head("POST /statements HTTP/1.1", *fields) + jws).status == 201
    signed = market.provider.headers("GET", "/events?limit=1")
    lines = [f"{name}:{around}{value}{around}" for name, value in signed.items()]
    host = f"127.0.0.1:{served.port}{around}"
    assert exchange_bytes(served, head("GET /events?limit=1 HTTP/1.1", *lines, host=host)).status == 200


def test_an_endless_body_is_refused_while_it_comes(served: ExchangeProcess) -> None:
    fields = (STATEMENT, "Transfer-Encoding: chunked")
    piece = b"8000\r\n" + b"a" * 32_768 + b"\r\n"
    assert (
        exchange_bytes(served, head("POST /statements HTTP/1.1", *fields), *[piece] * 40).code == "too-large"
    )


def test_a_truncated_body_changes_nothing(served: ExchangeProcess, market: Market) -> None:
    jws = market.provider.sign("listing", kind="dataset", title="Never arrives whole")
    before = market.provider.http.get("/events?after=999999").json()["as_of"]
    fields = (STATEMENT, f"Content-Length: {len(jws)}")
    reply = exchange_bytes(served, head("POST /statements HTTP/1.1", *fields) + jws[:-1], half_close=True)
    assert reply.status in (0, 400)
    assert market.provider.http.get("/events?after=999999").json()["as_of"] == before
    assert market.provider.post(jws).status_code == 201


def test_expect_100_continue_is_answered(served: ExchangeProcess, market: Market) -> None:
    jws = market.provider.sign("listing", kind="dataset", title="After a question")
    fields = (STATEMENT, f"Content-Length: {len(jws)}", "Expect: 100-continue")
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        connection.sendall(head("POST /statements HTTP/1.1", *fields))
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(jws)
        assert read_reply(connection).status == 201


def test_a_large_body_is_refused_before_it_is_sent(served: ExchangeProcess) -> None:
    fields = (STATEMENT, "Content-Length: 1000000", "Expect: 100-continue")
    assert exchange_bytes(served, head("POST /statements HTTP/1.1", *fields)).code == "too-large"


def test_pipelined_requests_are_answered_in_order(served: ExchangeProcess) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as connection:
        requests = [
            head("GET /listings?limit=1 HTTP/1.1"),
            head("GET /nothing HTTP/1.1"),
            head("GET /listings HTTP/1.1"),
        ]
        connection.sendall(b"".join(requests))
        data = b""
        while data.count(b"HTTP/1.1 ") < 3:
            data += connection.recv(65_536)
        statuses = [part[:3] for part in data.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200"]


def test_a_wrong_range_is_refused(market: Market) -> None:
    content = market_content(market)
    for header in (
        "bytes=9-1",
        "bytes=-0",
        "bytes=200000-",
        "bytes=0-1,3-4",
        "octets=0-1",
        "bytes=a-b",
        "bytes=-",
        "",
    ):
        answer = market.consumer.get(content, Range=header)
        assert (answer.status_code, answer.json()["code"]) == (416, "wrong-range"), header


def test_ranges_give_what_they_say(market: Market) -> None:
    path = market_content(market)
    whole = market.consumer.get(path).content
    ranges = {
        "bytes=0-0": (0, 1),
        "bytes=65530-65545": (65_530, 65_546),
        "bytes=99990-": (99_990, 100_000),
        "bytes=99990-500000": (99_990, 100_000),
        "bytes=-5": (99_995, 100_000),
        "bytes=-500000": (0, 100_000),
    }
    for header, (start, stop) in ranges.items():
        answer = market.consumer.get(path, Range=header)
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/100000"
        assert answer.content == whole[start:stop], header


def market_content(market: Market) -> str:
    """The path of 100 000 delivered bytes."""
    content = Content(os.urandom(100_000))
    contract = market.contract(market.listing())
    market.delivered(contract, content)
    return f"/content/{contract}/1/{content.root}/chunks"


@settings(max_examples=150, deadline=None)
@given(junk=st.binary(min_size=1, max_size=200), at=st.integers(0, 400))
def test_any_bytes_are_survived(served: ExchangeProcess, junk: bytes, at: int) -> None:
    request = head(f"GET /statements/{ID}?a=b HTTP/1.1", "Accept: */*", "Signature: x", "Signature-Input: y")
    spoiled = request[:at] + junk + request[at:] + b"\r\n\r\n"
    reply = exchange_bytes(served, spoiled, half_close=True)
    if reply.status:
        assert reply.status in (400, 401, 404, 405)
        assert reply.problem["detail"]


def test_the_exchange_is_still_there(served: ExchangeProcess) -> None:
    reply: Reply = exchange_bytes(served, head("GET /listings HTTP/1.1"))
    assert reply.status == 200
