"""What stood on a sheet that isn't there, or can't be read, is unknown: every process gets a row without figures."""

from __future__ import annotations

from .model import (
    GRID,
    HEAT,
    OUTSIDE,
    PROCESS_EMISSIONS,
    Cell,
    Electricity,
    Flow,
    Installation,
    Stream,
    Transfer,
)

EMISSIONS = ("Source streams", "Measured emissions", "PFC", "Shared streams", "B_EmInst", "C_Emissions&Energy")
HEATS = ("Heat and waste gas", "D_Processes")
POWER = ("Electricity", "Shared streams", "D_Processes")
FLOWS = ("Material flows", "D_Processes", "E_PurchPrec")
"""Sheets with figures of a kind; those with names only, such as Precursors, are missed by whoever mentions a name."""


def with_unknowns(installation: Installation) -> Installation:
    """The installation with an unknown emission, transfer or flow of every process for each sheet that is missing."""
    lost = dict.fromkeys(i.sheet for i in installation.issues if i.code == "sheet-missing")
    rows = [(Cell(sheet), sheet, p.name) for sheet in lost for p in installation.processes]
    if not rows:
        return installation
    streams = [Stream(at, f"Sheet {s}", p, PROCESS_EMISSIONS) for at, s, p in rows if s in EMISSIONS]
    heats = [Transfer(at, HEAT, OUTSIDE, p) for at, s, p in rows if s in HEATS]
    power = [Electricity(at, GRID, p) for at, s, p in rows if s in POWER]
    flows = [Flow(at, OUTSIDE, "", p) for at, s, p in rows if s in FLOWS]
    return installation._replace(streams=(*installation.streams, *streams), flows=(*installation.flows, *flows),
                                 transfers=(*installation.transfers, *heats),
                                 electricity=(*installation.electricity, *power))  # fmt: skip
