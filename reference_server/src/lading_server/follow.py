"""Follow one peer: checkpoint, consistency, leaves, events. Each step is verified before it is kept,
and goes on after a crash where it was.

What the peer signed is remembered before anything else of it is read, so that a second history convicts it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, ParamSpec, TypeVar

from lading.acts.records import SELF, ExchangeRecord
from lading.http import media
from lading.keys.vkey import VerifierKey
from lading.log import checkpoint, note
from lading.log import proof as proof_file
from lading.log.checkpoint import Checkpoint
from lading.log.entry import Entry
from lading.log.proof import Proof
from lading.log.tiles import WIDTH
from lading.register.register import system_clock
from lading.statement.words import ID, Id, Millis
from lading_server import peerkeys
from lading_server.abroad import Abroad, PeerFailed
from lading_server.mirror import Kept, Mirror, Mirrored
from lading_server.peers import Peer
from lading_server.peertiles import PeerTiles
from lading_server.transcript import Event, Transcript

MAX_ENTRIES: Final = 1 << 27
"""The largest log that is followed: 4 GiB of leaves."""
TILES_AT_ONCE: Final = 16
NEWS_AT_ONCE: Final = 256
PAGE_BYTES: Final = media.EVENTS_PAGE * (media.STATEMENT_BYTES + 1_024)
NOTE_BYTES: Final = 8 * 1024
"""Of a checkpoint with cosignatures: each listing of a page stands there with one."""

T = TypeVar("T")
P = ParamSpec("P")


class Follow:
    """Reads one peer. `executor` has the one thread that writes the mirror."""

    def __init__(self, peer: Peer, abroad: Abroad, mirror: Mirror, executor: Executor) -> None:
        self.peer = peer
        self._abroad = abroad
        self._mirror = mirror
        self._transcript = Transcript(mirror)
        self._executor = executor
        self._tree: tuple[str, PeerTiles] | None = None

    async def begin(self) -> Kept:
        """How far the peer is followed."""
        return await self._write(self._transcript.begin, self.peer.id, system_clock())

    async def poll(self, *, persist_after: int) -> Kept:
        """Read what is new. Raises `PeerFailed` where the peer shows nothing that can be verified.

        Where nothing is new, `seen_at` is written only if it is `persist_after` milliseconds old.
        """
        kept = await self.begin()
        if kept.split is not None:
            return kept
        kept = await self._see(kept, await self._note())
        if kept.split is not None:
            return kept
        await self._fill(kept)
        self._tree = None
        kept = await self._read_events(await self._kept())
        self._check_size(kept)
        await self._write(self._check_keys, kept)
        now = system_clock()
        if kept.note != kept.seen or kept.seen_at is None or now - kept.seen_at > persist_after:
            await self._write(self._transcript.finish, kept, now)
            return await self._kept()
        return kept

    async def news(self, kept: Kept) -> list[Mirrored]:
        """What is said of participants and was not handed on yet, at most so much at a time."""
        return await self._write(self._news, kept)

    async def tell(self, kept: Kept, index: int) -> Kept:
        """It was handed on up to an index."""
        await self._write(self._transcript.tell, kept, index)
        return await self._kept()

    def _news(self, kept: Kept) -> list[Mirrored]:
        with self._mirror.read() as glance:
            return glance.news(kept, ("participant", "admission"), NEWS_AT_ONCE)

    async def _note(self) -> str:
        data = await self._abroad.get(f"{self.peer.api}/log/checkpoint", NOTE_BYTES)
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise PeerFailed(f"{self.peer.api}: the checkpoint is no text") from None

    async def _see(self, kept: Kept, text: str) -> Kept:
        """LAD-FED-004, LAD-FED-006: a signed checkpoint that agrees with the newest one, or convicts the peer."""
        if text == kept.seen:
            return kept
        new = _parsed(text)
        tree = PeerTiles(self._abroad, self.peer.api, new.size, new.root)
        if not await self._write(self._is_signed, kept, text, new):
            await self._check_later_keys(kept, text, new, tree)
        old = _parsed(kept.seen) if kept.seen else None
        # LAD-FED-006
        if old is not None and not await self._agree(kept, old, new, tree):
            await self._write(self._transcript.convict, kept, text)
        elif old is not None and new.size < old.size:
            raise PeerFailed(f"{self.peer.api}: a checkpoint of {new.size} entries after one of {old.size}")
        else:
            if new.size > MAX_ENTRIES:
                raise PeerFailed(f"{self.peer.api}: a log of {new.size} entries is too large to be followed")
            await tree.open()
            self._tree = text, tree
            await self._write(self._transcript.see, kept, text, new.size)
        return await self._kept()

    async def _agree(self, kept: Kept, old: Checkpoint, new: Checkpoint, tree: PeerTiles) -> bool:
        """Whether one tree is a prefix of the other."""
        if new.size == old.size:
            return new.root == old.root
        if new.size > old.size:
            await tree.open()
            return await tree.root_at(old.size) == old.root
        if kept.filled >= new.size:
            return await self._write(self._transcript.root_at, kept, new.size) == new.root
        before = PeerTiles(self._abroad, self.peer.api, old.size, old.root)
        await before.open()
        return await before.root_at(new.size) == new.root

    async def _fill(self, kept: Kept) -> None:
        """The leaves of the newest checkpoint that are not here yet."""
        if kept.filled >= kept.seen_size:
            return
        seen = _parsed(kept.seen)
        tree = await self._tree_of(kept.seen)
        filled = kept.filled
        while filled < seen.size:
            leaves: list[bytes] = []
            first = filled // WIDTH
            for number in range(first, min(first + TILES_AT_ONCE, -(-seen.size // WIDTH))):
                leaves += await tree.leaves(number)
            leaves = leaves[filled - first * WIDTH :]
            kept = await self._kept()
            await self._write(self._transcript.fill, kept, leaves)
            filled += len(leaves)

    async def _tree_of(self, text: str) -> PeerTiles:
        """The tree of the newest checkpoint, which is open already unless a poll was broken off."""
        if self._tree is None or self._tree[0] != text:
            seen = _parsed(text)
            tree = PeerTiles(self._abroad, self.peer.api, seen.size, seen.root)
            await tree.open()
            self._tree = text, tree
        return self._tree[1]

    async def _read_events(self, kept: Kept) -> Kept:
        """The public statements up to the newest checkpoint, page by page."""
        while kept.after < kept.seen_size - 1:
            url = f"{self.peer.api}/events?after={kept.after}&limit={media.EVENTS_PAGE}"
            page = await self._abroad.object(url, PAGE_BYTES)
            events, after = _page(page, kept.after, kept.seen_size)
            await self._write(self._transcript.take, kept, events, after)
            kept = await self._kept()
        return kept

    def _check_size(self, kept: Kept) -> None:
        if kept.seen_size == 0:
            raise PeerFailed(f"{self.peer.api}: the log is empty")

    def _is_signed(self, kept: Kept, text: str, said: Checkpoint) -> bool:
        """Whether every key that has to sign this size did: as the mirrored chain has it, or the one that was given."""
        exchange = self._exchange()
        keys = (self.peer.key,) if exchange is None else peerkeys.in_force(exchange.log_keys, said.size)
        if exchange is None and said.origin != self.peer.origin:
            raise PeerFailed(f"{self.peer.api}: the log is {said.origin}, not {self.peer.origin}")
        return _signed_by(text, keys)

    def _check_keys(self, kept: Kept) -> None:
        """LAD-LOG-006, with everything mirrored that the checkpoint covers."""
        exchange = self._exchange()
        # LAD-FED-004
        if exchange is None or not _signed_by(
            kept.seen, peerkeys.in_force(exchange.log_keys, kept.seen_size)
        ):
            raise PeerFailed(
                f"{self.peer.api}: the checkpoint lacks a signature by a key that the chain lists"
            )

    async def _check_later_keys(self, kept: Kept, text: str, said: Checkpoint, tree: PeerTiles) -> None:
        """A checkpoint by keys that a later statement of the chain lists, one that stands in the tree under it."""
        with self._mirror.read() as glance:
            view = glance.view(self.peer.id)
            known = None if view is None else peerkeys.beginning(view, self.peer.id)
        before = None if known is None else known.get(ExchangeRecord, SELF)
        if known is None or before is None:
            raise PeerFailed(f"{self.peer.api}: the checkpoint is not signed by the key that was given")
        head = await peerkeys.extend(self._abroad, self.peer.api, self.peer.id, known)
        exchange = known.get(ExchangeRecord, SELF)
        assert exchange is not None
        # LAD-FED-004
        if head == before.head or not _signed_by(text, peerkeys.in_force(exchange.log_keys, said.size)):
            raise PeerFailed(f"{self.peer.api}: the checkpoint is not signed by keys that the chain lists")
        await tree.open()
        where = _proof(await self._abroad.get(f"{self.peer.api}/statements/{head}/proof"))
        leaves = await tree.leaves(where.index // WIDTH) if where.index < said.size else []
        # LAD-FED-004
        if leaves[where.index % WIDTH : where.index % WIDTH + 1] != [Entry(where.time, head).leaf]:
            raise PeerFailed(f"{self.peer.api}: the statement that lists the log key is not in the log")

    def _exchange(self) -> ExchangeRecord | None:
        with self._mirror.read() as glance:
            view = glance.view(self.peer.id)
            return None if view is None else view.get(ExchangeRecord, SELF)

    async def _kept(self) -> Kept:
        return await self._write(self._transcript.kept, self.peer.id)

    async def _write(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: work(*args, **kwargs))


def _parsed(text: str) -> Checkpoint:
    """What a checkpoint says, its signatures not verified."""
    try:
        return checkpoint.parse(note.parse(text).text)
    except ValueError as error:
        raise PeerFailed(f"a checkpoint is malformed: {error}") from None


def _proof(data: bytes) -> Proof:
    try:
        return proof_file.parse(data.decode())
    except ValueError as error:
        raise PeerFailed(f"a proof is malformed: {error}") from None


def _signed_by(text: str, keys: tuple[VerifierKey, ...]) -> bool:
    """Whether each of these keys signed the checkpoint."""
    try:
        for key in keys:
            checkpoint.open_signed(text, key)
    except ValueError:
        return False
    return bool(keys)


def _page(page: dict[str, object], after: int, size: int) -> tuple[list[Event], int]:
    """The events of a page that stand below `size`, and where to go on; raises `PeerFailed` for another form."""
    said, behind = page.get("events"), page.get("next")
    if not isinstance(said, list) or len(said) > media.EVENTS_PAGE or not _is_index(behind):
        raise PeerFailed("the feed is not of the form that it has")
    events: list[Event] = []
    last = after
    for item in said:
        event = _event(item)
        if event.index <= last:
            raise PeerFailed("the feed is not in log order")
        last = event.index
        if last >= size:
            return events, size - 1
        events.append(event)
    assert isinstance(behind, int)
    if behind < last or behind <= after:
        raise PeerFailed("the feed does not go on")
    return events, min(behind, size - 1)


def _event(item: object) -> Event:
    said = item if isinstance(item, dict) else {}
    index, time, key, act, jws = (said.get(name) for name in ("index", "time", "id", "type", "statement"))
    if not (
        _is_index(index)
        and _is_index(time)
        and isinstance(key, str)
        and ID.fullmatch(key)
        and isinstance(act, str)
        and isinstance(jws, str)
        and jws.isascii()
    ):
        raise PeerFailed("an event is not of the form that it has")
    return Event(int(str(index)), Millis(int(str(time))), Id(key), act, jws.encode())


def _is_index(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53
