"""Every fuzz target, briefly and without a fuzzer: what it begins with, what once broke it, and changes of those."""

import re
from random import Random

import pytest

from lading import acts
from lading.acts.base import Act
from sdk.tests.core.outcome import outcome
from tests.fuzz import codec, corpus, soak, story
from tests.fuzz.targets import TARGETS

SEEDS = 60
CHANGED = 60
"""How many seeds and changed inputs of each target are tried; `make soak` tries all seeds, and many more changes."""


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_target_begins_with_passes(name: str) -> None:
    given = corpus.inputs_of(TARGETS[name])
    assert given
    for data in given[:: -(-len(given) // SEEDS)]:
        TARGETS[name].run(data)


@pytest.mark.parametrize("name", TARGETS)
def test_what_once_showed_a_fault_passes(name: str) -> None:
    for data in corpus.regressions(name):
        TARGETS[name].run(data)


@pytest.mark.parametrize("name", TARGETS)
def test_changed_inputs_pass(name: str) -> None:
    target, rng = TARGETS[name], Random(name)
    given = corpus.inputs_of(target)
    for _ in range(CHANGED):
        target.run(target.mutate(rng.choice(given), rng, given))


@pytest.mark.parametrize("name", TARGETS)
def test_a_change_follows_from_its_seed(name: str) -> None:
    target = TARGETS[name]
    given = corpus.inputs_of(target)
    once, again = ([target.mutate(given[0], rng, given) for _ in range(50)] for rng in (Random(7), Random(7)))
    assert once == again
    assert len(set(once)) > 25


@pytest.mark.parametrize("name", acts.BY_NAME)
def test_every_act_is_among_the_seeds(name: str) -> None:
    said = f'"type":"{name}"'.encode()
    given = [payload for payload in codec.act_payloads() if said in payload]
    read = [outcome(codec.parsed, payload) for payload in given]
    assert any(isinstance(act, Act) and act.type == name for act in read)
    assert any(said in document for document in story.stories())


def test_every_folder_of_regressions_is_of_a_target() -> None:
    folders = [path.name for path in corpus.REGRESSIONS.iterdir()] if corpus.REGRESSIONS.is_dir() else []
    assert set(folders) <= TARGETS.keys()


OUTPUT = """
#1044	INITED cov: 1032 ft: 2466 corp: 196/1521Kb exec/s: 36 rss: 85Mb
#4859	NEW    cov: 1035 ft: 2509 corp: 218/1681Kb lim: 131072 exec/s: 41 rss: 86Mb L: 2450/75359 MS: 1 Custom-
#5130	DONE   cov: 1036 ft: 2510 corp: 218/1681Kb lim: 131072 exec/s: 41 rss: 86Mb
stat::number_of_executed_units: 5130
"""


def test_a_run_is_read_from_what_the_fuzzer_says() -> None:
    run = soak.read_run("acts", 0, OUTPUT)
    assert (run.passed, run.executions, run.edges, run.features) == (True, 5130, 1036, 2510)


@pytest.mark.parametrize(
    ("code", "output"),
    [
        (77, OUTPUT),
        (70, OUTPUT),
        (0, ""),
        (0, OUTPUT.replace("5130", "0")),
        (0, re.sub("cov: [0-9]+", "cov: 0", OUTPUT)),
    ],
    ids=["crash", "timeout", "nothing said", "nothing tried", "nothing reached"],
)
def test_a_run_that_found_something_or_did_nothing_fails(code: int, output: str) -> None:
    assert not soak.read_run("acts", code, output).passed
