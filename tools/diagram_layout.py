"""Where the states and arrows of a small state machine stand in its picture.

Layers go from left to right. A state's layer is its greatest distance from the start, arrows back not counted, so that
every other arrow goes to the right. Between two layers is a gap of two zones: in the first, arrows bend up or down; in
the second they run level, and carry their labels. An arrow over several layers passes each layer between at a spot of
its own, as if a state stood there. So no arrow crosses a box, and no two labels meet, whatever the table says.

The same table gives the same layout: nothing is random, and ties are decided by the order of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise, permutations
from typing import Any, Final

LINE: Final = 16
"""Height of a line of text, in pixels, as all lengths here."""
LOOP: Final = 24
"""How far a loop rises above its box."""
HALF: Final = 18
"""Half the height of a box, where its arrows need no more."""
PORT: Final = 14
"""Between two places at the right of a box where arrows leave or come back."""
CLEAR: Final = 9
"""Kept free around everything."""
SWEEPS: Final = 300
"""How often the layers are arranged anew; the machines here stand still long before."""


@dataclass(frozen=True)
class Arrow:
    """All events that lead from one state to another. `back` leads to a layer further left."""

    source: str
    target: str
    events: tuple[str, ...]
    back: bool


@dataclass(eq=False)
class Spot:
    """A state's place in its layer; with an empty `state`, the place where an arrow passes the layer.

    `y` is the middle of the box, `half` half its height; `above` and `below` are what it needs around `y`.
    """

    layer: int
    state: str = ""
    loop: tuple[str, ...] = ()
    y: float = 0
    half: float = 0
    above: float = 0
    below: float = 0


@dataclass(eq=False)
class Hop:
    """The part of an arrow from one layer to the next; `out` and `into` are its places, from the middle of each box."""

    arrow: Arrow
    left: Spot
    right: Spot
    label: tuple[str, ...]
    out: float = 0
    into: float = 0

    @property
    def rise(self) -> float:
        """The room above the level part that the label needs."""
        return len(self.label) * LINE + 4


@dataclass(eq=False)
class Layout:
    """A machine's layers from left to right, each from top to bottom, and the hops of each arrow."""

    layers: list[list[Spot]]
    ways: list[list[Hop]] = field(default_factory=list)

    @property
    def hops(self) -> list[Hop]:
        """The hops of all arrows."""
        return [hop for way in self.ways for hop in way]


def merged(table: Mapping[str, Any]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The events from each state to each other one, and to itself, in the order of the table."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in table["transitions"]:
        pair = row["from"], row["to"]
        found[pair] = (*found.get(pair, ()), row["event"])
    return found


def arranged(table: Mapping[str, Any]) -> Layout:
    """The layout of a transition table of `spec/machines`, which `tools.machines` has checked."""
    pairs = merged(table)
    back = _back(pairs, table["start"])
    depth = _depths([pair for pair in pairs if pair not in back and pair[0] != pair[1]], table["states"])
    spots = {name: Spot(depth[name], name, pairs.get((name, name), ())) for name in table["states"]}
    layout = Layout([[] for _ in range(max(depth.values()) + 1)])
    for spot in spots.values():
        layout.layers[spot.layer].append(spot)
    for (source, target), events in pairs.items():
        if source != target:
            arrow = Arrow(source, target, events, (source, target) in back)
            ends = (target, source) if arrow.back else (source, target)
            layout.ways.append(_way(layout.layers, arrow, spots[ends[0]], spots[ends[1]]))
    _order(layout)
    _ports(layout)
    _place(layout)
    return layout


def _back(pairs: Iterable[tuple[str, str]], start: str) -> set[tuple[str, str]]:
    """The pairs that lead back to a state through which a walk from the start came."""
    found = set()

    def walk(path: tuple[str, ...]) -> None:
        for source, target in pairs:
            if source != path[-1] or target == source or (source, target) in found:
                continue
            if target in path:
                found.add((source, target))
            else:
                walk((*path, target))

    walk((start,))
    return found


def _depths(pairs: Sequence[tuple[str, str]], states: Sequence[str]) -> dict[str, int]:
    """The greatest distance of each state from the start, along pairs without a circle."""
    depth = dict.fromkeys(states, 0)
    for _ in states:
        for source, target in pairs:
            depth[target] = max(depth[target], depth[source] + 1)
    return depth


def _way(layers: list[list[Spot]], arrow: Arrow, left: Spot, right: Spot) -> list[Hop]:
    """The hops of an arrow, with new spots in the layers between."""
    between = [Spot(layer) for layer in range(left.layer + 1, right.layer)]
    for spot in between:
        layers[spot.layer].append(spot)
    stops = pairwise((left, *between, right))
    return [Hop(arrow, one, other, () if index else arrow.events) for index, (one, other) in enumerate(stops)]


def _order(layout: Layout) -> None:
    """Put each layer into the order in which the fewest arrows cross, and of these the one with the shortest."""
    for _ in range(len(layout.layers)):
        for layer in layout.layers:
            best = min(permutations(layer), key=lambda order: _tangle(layout, order))
            layer[:] = best


def _tangle(layout: Layout, order: Sequence[Spot]) -> tuple[int, float]:
    """How many pairs of hops cross beside a layer that has this order, and how far its hops go up and down."""
    rows = {spot: row - len(order) / 2 for row, spot in enumerate(order)}
    for layer in layout.layers:
        if layer[0].layer != order[0].layer:
            rows |= {spot: row - len(layer) / 2 for row, spot in enumerate(layer)}
    crossings, far = 0, 0.0
    for at in (order[0].layer - 1, order[0].layer):
        ends = [(rows[hop.left], rows[hop.right]) for hop in layout.hops if hop.left.layer == at]
        crossings += sum((a - c) * (b - d) < 0 for i, (a, b) in enumerate(ends) for c, d in ends[:i])
        far += sum(abs(left - right) for left, right in ends)
    return crossings, far


def _ports(layout: Layout) -> None:
    """Where each hop leaves and enters its boxes, and the room that each box needs."""
    rows = {spot: row for layer in layout.layers for row, spot in enumerate(layer)}
    for spot in rows:
        into = sorted((hop for hop in layout.hops if hop.right is spot), key=lambda hop: rows[hop.left])
        steps = [0.0, *(max(LINE, hop.rise + 2) for hop in into[1:])]
        for index, hop in enumerate(into):
            hop.into = sum(steps[: index + 1]) - sum(steps) / 2
        spot.half = max(HALF, sum(steps) / 2 + 12) if spot.state else 0
        rise = LOOP + len(spot.loop) * LINE if spot.loop else 0
        spot.above = CLEAR + max(spot.half + rise, *(hop.rise - hop.into for hop in into[:1]), 0)
        spot.below = CLEAR + spot.half
    for spot in rows:
        out = sorted(
            (hop for hop in layout.hops if hop.left is spot), key=lambda hop: (rows[hop.right], hop.into)
        )
        runs = [list(run) for _, run in groupby(out, key=lambda hop: id(hop) if hop.arrow.back else 0)]
        for index, run in enumerate(runs):
            for hop in run:
                hop.out = (index - (len(runs) - 1) / 2) * PORT
        if spot.state:
            spot.half = max(spot.half, (len(runs) - 1) * PORT / 2 + 10)


def _place(layout: Layout) -> None:
    """Give every spot its `y`: as level as the arrows can be, in the order of the layers."""
    for layer in layout.layers:
        _settle(layer, [(1, 0)] * len(layer))
    for _ in range(SWEEPS):
        for layer in layout.layers:
            _settle(layer, [_wish(layout, spot) for spot in layer])
    for layer in layout.layers:
        for spot in layer:
            spot.y = round(spot.y)


def _wish(layout: Layout, spot: Spot) -> tuple[float, float]:
    """Where a spot would stand if only its own arrows counted, and how much it wants to.

    Arrows on their way across layers count more.
    """
    wishes = [(1e-6, 0.0)]
    for hop in layout.hops:
        weight = 1 + 3 * (not hop.left.state) + 3 * (not hop.right.state)
        if hop.right is spot:
            wishes.append((weight, hop.left.y + hop.out - hop.into))
        elif hop.left is spot:
            wishes.append((weight, hop.right.y + hop.into - hop.out))
    total = sum(weight for weight, _ in wishes)
    return total, sum(weight * y for weight, y in wishes) / total


def _settle(layer: Sequence[Spot], wishes: Sequence[tuple[float, float]]) -> None:
    """Place the spots of a layer nearest to their wishes (least squares), keeping their order and room."""
    shifts = [0.0]
    for upper, lower in pairwise(layer):
        shifts.append(shifts[-1] + upper.below + lower.above)
    groups: list[tuple[float, float, int]] = []
    for (weight, wish), shift in zip(wishes, shifts, strict=True):
        mean, size = wish - shift, 1
        while groups and groups[-1][0] > mean:
            other, heavy, count = groups.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, size = weight + heavy, size + count
        groups.append((mean, weight, size))
    means = [mean for mean, _, size in groups for _ in range(size)]
    for spot, mean, shift in zip(layer, means, shifts, strict=True):
        spot.y = mean + shift
