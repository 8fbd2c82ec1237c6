"""What a SEE is made of and where emissions end: sums, ways, loops, co-products, the floor, unknown figures."""

from __future__ import annotations

from math import fsum, isnan
from random import Random

import pytest
from hypothesis import given, settings
from plants import random_plant, seeds

import cbam_xl
from cbam_xl import road
from cbam_xl.attribution import recalculate
from cbam_xl.contributions import contributions
from cbam_xl.downstream import downstream
from cbam_xl.network import sources, trail_of
from cbam_xl.report import Report


def assert_sums(report: Report) -> None:
    for b in report.processes:
        lines = contributions(report, b.name)
        for field, wanted in (("direct", b.see_direct), ("indirect", b.see_indirect)):
            values = [getattr(line, field) for line in lines]
            if isnan(wanted):
                assert isnan(fsum(values)) or not b.activity_level_t > 0
            else:
                scale = fsum(map(abs, values)) if b.floored_tco2e else abs(wanted)
                assert fsum(values) == pytest.approx(wanted, rel=1e-9, abs=1e-9 * scale + 1e-300)


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_contributions_add_up_to_every_see(seed: int) -> None:
    assert_sums(recalculate(random_plant(Random(seed))))


@pytest.mark.parametrize("name", road.examples())
def test_contributions_add_up_in_every_example(name: str) -> None:
    assert_sums(recalculate(cbam_xl.read(cbam_xl.example(name))))


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_what_comes_in_ends_somewhere(seed: int) -> None:
    installation = random_plant(Random(seed))
    report = recalculate(installation)
    names = [*(s.name for s in installation.streams), *(u.name for u in installation.units), "From Grid"]
    trail = trail_of(report)
    for name in dict.fromkeys(names):
        came = fsum(s.value for s in sources(trail) if name in (s.name, s.owner))
        if came or name == "From Grid":
            ends = downstream(report, name)
            gross = fsum(abs(e.total) for e in ends)
            assert fsum(e.total for e in ends) == pytest.approx(came, rel=1e-9, abs=1e-9 * gross)
