"""What a SEE is made of and where emissions end: sums, ways, loops, co-products, the floor, unknown figures."""

from __future__ import annotations

from math import fsum, isnan, nan
from random import Random

import pytest
from conftest import near
from hypothesis import given, settings
from plants import (
    at,
    bought,
    burns,
    emits,
    flow,
    heat,
    plant,
    power,
    process,
    random_plant,
    seeds,
    share,
    unit,
    waste_gas,
)

import cbam_xl
from cbam_xl import model as m
from cbam_xl import road
from cbam_xl.__main__ import main
from cbam_xl.attribution import recalculate
from cbam_xl.contributions import Contribution, contributions
from cbam_xl.downstream import carried, downstream
from cbam_xl.network import sources, trail_of
from cbam_xl.report import Report


def good(name: str, of: str, quantity: float) -> m.Good:
    return m.Good(at(""), name, of, "72139110", quantity)


def by_name(lines: tuple[Contribution, ...]) -> dict[tuple[str, str], Contribution]:
    found = {(line.name, line.path[0]): line for line in lines}
    assert len(found) == len(lines)
    return found


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
    found = [s for s in sources(trail_of(report)) if s.value]
    for name in dict.fromkeys(names):
        came = [s.value for s in found if name in (s.name, s.owner)]
        if came:
            ends = downstream(report, name)
            gross = fsum(abs(e.total) for e in ends)
            assert fsum(e.total for e in ends) == pytest.approx(fsum(came), rel=1e-9, abs=1e-9 * gross)


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_sold_goods_and_outside_ends_carry_all_of_a_stream_where_nothing_is_floored(seed: int) -> None:
    installation = random_plant(Random(seed))
    goods = [good(f"Good {p.name}", p.name, p.quantity - fsum(f.quantity or 0.0 for f in installation.flows
                  if f.source == p.name and not f.material)) for p in installation.processes if p.quantity]  # fmt: skip
    report = recalculate(installation._replace(goods=tuple(goods)))
    if any(b.floored_tco2e for b in report.processes):
        return
    for s in installation.streams:
        came = fsum(x.value for x in sources(trail_of(report)) if x.name == s.name)
        ends = downstream(report, s.name)
        scale = 1e-9 * fsum(abs(e.total) for e in ends)
        out = fsum(e.total for e in ends if e.good or m.OUTSIDE in e.name or "Carbon in Dust" in e.name)
        assert out == pytest.approx(came, rel=1e-9, abs=scale)


@settings(deadline=None, max_examples=30)
@given(seeds)
def test_downstream_is_contributions_read_the_other_way(seed: int) -> None:
    installation = random_plant(Random(seed))
    goods = tuple(good(f"Good {p.name}", p.name, 7.0) for p in installation.processes)
    flows = tuple(f for f in installation.flows if not f.material)  # contributions show these as rows of their own
    report = recalculate(installation._replace(goods=goods, flows=flows))
    if any(b.floored_tco2e for b in report.processes):
        return
    stream = installation.streams[0].name
    carried = {e.name: e.total for e in downstream(report, stream) if e.good}
    for p in installation.processes:
        mine = fsum(c.total for c in contributions(report, p.name) if c.name == stream)
        assert carried.get(f"Good {p.name}", 0.0) == pytest.approx(7.0 * mine, rel=1e-9, abs=1e-12)


@settings(deadline=None, max_examples=60)
@given(seeds)
def test_all_that_comes_in_ends_in_what_is_attributed(seed: int) -> None:
    """Nothing is lost and nothing counted twice, by-products that carry carbon included."""
    report = recalculate(random_plant(Random(seed)))
    trail = trail_of(report)
    found = carried(trail).sources
    ends = [e for owner in dict.fromkeys(s.owner for s in found) for e in downstream(report, owner)]
    inside = [e.total for e in ends if e.owner not in trail.units and "Carbon in" not in e.name
              and e.name != "Floor at zero"]  # fmt: skip
    bought_in = [s.value for s in found if s.step == "Bought precursors"]
    attributed = [value for b in report.processes for value in (b.attributed_direct_tco2e, b.attributed_indirect_tco2e)]
    scale = 1e-9 * fsum(map(abs, inside))
    assert fsum(inside) == pytest.approx(fsum((*attributed, *bought_in)), rel=1e-9, abs=scale)


# Worked by hand


def test_carbon_in_a_by_product_is_followed_to_its_user_and_out() -> None:
    """A quarter of 1,000 t goes on as tar: 3/5 to the mill and from there a half of it on, 2/5 to the market."""
    tar = 250 / 3.664
    report = recalculate(plant(process("Ovens", 10.0), process("Mill", 10.0), process("Roof", 10.0),
                               emits("Ovens", 1000.0, "Coal"), emits("Mill", 150.0, "Gas"),
                               flow("Ovens", "Mill", tar * 0.6, "Tar", 1.0),
                               flow("Ovens", m.MARKET, tar * 0.4, "Tar", 1.0),
                               flow("Mill", "Roof", tar * 0.6, "Pitch", 1.0)))  # fmt: skip
    coal = {(e.owner, e.name): e.total for e in downstream(report, "Coal")}
    stock = "Stock, or not on Material flows"
    assert coal == {("Ovens", stock): near(750), ("Ovens", "Carbon in Tar to Market"): near(100),
                    ("Mill", stock): near(75), ("Roof", stock): near(75)}  # fmt: skip
    gas = {(e.owner, e.name): e.total for e in downstream(report, "Gas")}
    assert gas == {("Mill", stock): near(75), ("Roof", stock): near(75)}
    assert [b.attributed_direct_tco2e for b in report.processes] == [near(750), near(150), near(150)]


def test_by_products_of_what_emits_nothing_stay_rows() -> None:
    report = recalculate(plant(process("A", 10.0), process("B", 10.0, direct_entered=5.0), process("C", 10.0),
                               emits("C", None, "Lime"), flow("A", "C", 3.0, "Dust", 0.1),
                               flow("C", "B", 3.0, "Dust", 0.1), flow("B", "A", 1.0, "Dust", 0.1)))  # fmt: skip
    assert [e.total for e in downstream(report, "A")] == [near(-3 * 0.1 * 3.664 + 0.1 * 3.664)]
    assert isnan(downstream(report, "C")[0].total)
    assert fsum(e.total for e in downstream(report, "B")) == near(5)


BOILER_KILN_MILL = plant(
    process("Kiln", 1000.0), process("Mill", 500.0), unit("Boiler"),
    burns("Boiler", 10.0, 60.0), emits("Kiln", 100.0, "Raw meal"), power(m.GRID, "Boiler", 50.0, 0.4),
    heat("Boiler", "Kiln", 6.0), heat("Boiler", "Mill", 2.0), heat("Boiler", m.OUTSIDE, 2.0),
    flow("Kiln", "Mill", 250.0), bought("Slag", 2.0, 0.5, 0.4), flow("Slag", "Mill", 10.0),
    good("Cement", "Mill", 400.0))  # fmt: skip


def test_strongest_first_each_with_its_way() -> None:
    lines = contributions(recalculate(BOILER_KILN_MILL), "Mill")
    assert [abs(c.total) for c in lines] == sorted((abs(c.total) for c in lines), reverse=True)
    found = by_name(lines)
    gas = found["Natural gas", "Boiler"]  # 120 t straight, and a quarter of 360 t with the kiln's good
    assert (gas.direct, gas.indirect) == (near((120 + 90) / 500), 0)
    assert gas.path == ("Boiler", "Mill")
    assert gas.along == near(120 / 210)
    assert gas.way == "Boiler → Mill (57 % this way)"
    meal = found["Raw meal", "Kiln"]
    assert (meal.direct, meal.path, meal.along) == (near(25 / 500), ("Kiln", "Mill"), near(1.0))
    assert found["From Grid", "Boiler"].indirect == near(20 * 0.35 / 500)
    slag = found["Slag", "Mill"]
    assert (slag.direct, slag.indirect, slag.way) == (near(20 / 500), near(2 / 500), "Mill")
    assert len(found) == 4


def test_where_the_emissions_of_the_boiler_end() -> None:
    ends = {(e.owner, e.name): e for e in downstream(recalculate(BOILER_KILN_MILL), " boiler ")}
    assert ends["Boiler", "Heat to Outside"].direct == near(120)
    assert ends["Mill", "Cement"].direct == near(210 * 0.8)
    assert ends["Mill", "Cement"].good
    assert ends["Mill", "Stock, or not on Material flows"].direct == near(210 * 0.2)
    assert ends["Kiln", "Stock, or not on Material flows"].indirect == near(20 * 0.6 * 0.75)
    assert fsum(e.total for e in ends.values()) == near(620)


def test_in_a_loop_a_part_goes_round() -> None:
    report = recalculate(plant(process("A", 100.0), process("B", 100.0), emits("A", 10.0, "Gas"),
                               flow("A", "B", 50.0), flow("B", "A", 20.0)))  # fmt: skip
    (gas,) = contributions(report, "B")
    assert gas.direct == near(report.processes[1].see_direct) == near(10 / 100 * 0.5 / 0.9)
    assert (gas.path, gas.along) == (("A", "B"), near(0.9))  # the tenth goes round again


def test_co_products_take_off_and_are_an_end() -> None:
    report = recalculate(plant(process("Cells", 100.0, m.HYDROGEN), emits("Cells", 1000.0, "Gas"),
                               flow("Cells", m.MARKET, 100.0), flow("Cells", m.MARKET, 3000.0, "Chlorine"),
                               flow("Cells", m.MARKET, 3400.0, "Sodium hydroxide")))  # fmt: skip
    assert_sums(report)
    off = report.processes[0].co_products_tco2e
    assert 0 < off < 1000
    found = by_name(contributions(report, "Cells"))
    assert found["Gas", "Cells"].direct == near(10)
    assert found["Of co-products", "Cells"].direct == near(-off / 100)
    ends = {e.name: e.total for e in downstream(report, "Gas")}
    assert ends == {"Co-products": near(off), m.MARKET: near(1000 - off)}


def test_the_floor_is_a_row_and_an_end() -> None:
    report = recalculate(plant(process("A", 100.0), emits("A", 10.0, "Gas"), heat("A", m.OUTSIDE, 1.0, 60.0)))
    found = by_name(contributions(report, "A"))
    assert {name: c.direct for (name, _), c in found.items()} == {
        "Gas": near(0.1), "To Outside": near(-0.6), "Floor at zero": near(0.5)}  # fmt: skip
    assert [(e.name, e.total) for e in downstream(report, "Gas")] == [("Floor at zero", near(10))]


def test_unknown_figures_stand_first_and_make_only_theirs_unknown() -> None:
    report = recalculate(plant(process("A", 100.0), emits("A", None, "Gas"), emits("A", 5.0, "Lime"),
                               process("B", 10.0), emits("B", 1.0, "Oil"), waste_gas("B", m.OUTSIDE, None),
                               process("C", 1.0), emits("C", 3.0, "Coal")))  # fmt: skip
    first, second = contributions(report, "A")
    assert (first.name, second.name) == ("Gas", "Lime")
    assert isnan(first.direct)
    assert second.direct == near(0.05)
    assert [c.direct for c in contributions(report, "C")] == [near(3.0)]
    with pytest.raises(KeyError):
        contributions(report, "D")
    with pytest.raises(KeyError):
        downstream(report, "D")


def test_an_unknown_activity_level_passes_nothing_on() -> None:
    report = recalculate(plant(process("Other", None, m.NOT_CBAM), process("A", 10.0), emits("Other", 8.0, "Gas"),
                               emits(m.SHARED, 4.0, "Common"), share("Common", "A", 1.0), share("Common", "Other", 3.0),
                               flow("A", "Other", 5.0)))  # fmt: skip
    assert {(e.owner, e.name): e.total for e in downstream(report, "Common")} == {
        ("Other", m.NOT_CBAM): near(3.5), ("A", "Stock, or not on Material flows"): near(0.5)}  # fmt: skip
    assert isnan(contributions(report, "Other")[0].total)


# On the command line


def test_explain_shows_contributions_and_ends(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(cbam_xl.example("cement"))
    assert main(["explain", file, "cement  MILL", "--contributions"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("Cement mill ")
    assert "DirEm*: Raw meal   Clinker kiln → Cement mill · Source streams!B7" in out[2]
    assert "0.68330    100.0 %   = SEE" in out[-1]
    assert main(["explain", file, "raw meal", "--downstream"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("Raw meal ")
    assert "Cement mill: good CEM II/B-M 32.5 N" in out[2]
    assert out[-1].endswith("100.0 %   = what came in")


def test_explain_refuses_what_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(cbam_xl.example("steel_bf_bof"))
    assert main(["explain", file, "Power plant", "--contributions"]) == 2
    assert capsys.readouterr().err == "cbam-xl: “Power plant” has no goods, hence no SEE.\n"
    assert main(["explain", file, "Kiln 9", "--downstream"]) == 2
    assert "There is no process, energy unit, fuel or other row “Kiln 9”" in capsys.readouterr().err


@pytest.mark.parametrize(("asked", "options", "told"), [
    ("Clinker kilm", (), "There is no process or energy unit “Clinker kilm”. Did you mean “Clinker kiln”?"),
    ("kiln", (), "Did you mean “Clinker kiln”?"),
    ("C", (), "Several names hold “C”: Clinker kiln, Cement mill. Type one of them in full."),
    ("zzz", (), "There are: Clinker kiln, Cement mill, Ready-mix plant."),
    ("", (), "There are: Clinker kiln, Cement mill, Ready-mix plant."),
    ("raw meal", (), "with --downstream it is followed to the goods."),
    ("raw meel", ("--downstream",), "Did you mean “Raw meal”?"),
])  # fmt: skip
def test_a_name_that_is_not_there_gets_a_hint(
    capsys: pytest.CaptureFixture[str], asked: str, options: tuple[str, ...], told: str
) -> None:
    assert main(["explain", str(cbam_xl.example("cement")), asked, *options]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert len(err) < 220


@pytest.mark.parametrize("options", [(), ("--contributions",), ("--downstream",)])
def test_a_good_stands_for_the_process_that_makes_it(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    file = str(cbam_xl.example("cement"))
    assert main(["explain", file, "Cement mill", *options]) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert main(["explain", file, "cem ii/b-m  32.5 n", *options]) == 0
    told, *same = capsys.readouterr().out.splitlines()
    assert told == first.replace("Cement mill", "Cement mill, which makes “CEM II/B-M 32.5 N”")
    assert same == lines


def test_many_contributions_are_summed_at_the_end() -> None:
    from cbam_xl.commands.explain import SHOWN, made_of

    streams = [emits("A", 1.0 + i, f"Gas {i}") for i in range(SHOWN + 5)]
    lines = list(made_of(recalculate(plant(process("A", 10.0), *streams)), "A"))
    assert lines[-2].endswith("5 smaller ones")
    assert f"{(1 + 2 + 3 + 4 + 5) / 10:.5f}" in lines[-2]
    unknown = list(made_of(recalculate(plant(process("A", 10.0), emits("A", None), emits("A", nan, "Oil"))), "A"))
    assert all("unknown" in line for line in unknown[1:])
