"""Draws the digest's chart, in a process of its own: JSON on standard input, a PNG on standard output.

`python -m bot.chart` alone loads the charting library: the bot's own process stays small (DESIGN 8). Every word
and number is given to it; the colours can be told apart by the colour-blind, and each has a pattern of its own.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT, DOTS = 8.0, 8.4, 150
"""Inches, and dots to the inch: drawn to be read when it is shown a third as large."""
INK, FAINT, PAPER = "#1d2733", "#566270", "#ffffff"
COLOURS = {"asserted": "#0072b2", "waived": "#e69f00", "presumed": "#c8ced6"}
PATTERNS = {"asserted": "", "waived": "//", "presumed": ".."}
NOW, BEFORE = "#0072b2", "#c8ced6"
BIG, MEDIUM, SMALL = 21, 17, 15
"""Points."""


def main() -> None:
    """Read what is to be drawn and write the picture."""
    if hasattr(os, "nice"):
        os.nice(10)
    sys.stdout.buffer.write(draw(json.load(sys.stdin.buffer)))


def draw(what: Mapping[str, Any]) -> bytes:
    """The chart as a PNG: how many went out each week and how, and how long it took."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    matplotlib.rcParams.update({"font.size": MEDIUM, "text.color": INK, "hatch.linewidth": 1.5})
    room = ConstrainedLayoutEngine(h_pad=0.15, w_pad=0.15, hspace=0.06)
    figure = pyplot.figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, facecolor=PAPER, layout=room)
    above, below = figure.subplots(2, 1, height_ratios=(5, 4))
    _weeks(above, what)
    _times(below, what["times"])
    written = io.BytesIO()
    figure.savefig(written, format="png", metadata={"Software": None})
    pyplot.close(figure)
    return written.getvalue()


def _weeks(axes: Any, what: Mapping[str, Any]) -> None:
    """A column a week, made up of how the releases went out, with its sum above it."""
    weeks: Sequence[Mapping[str, Any]] = what["weeks"]
    heights = [0] * len(weeks)
    for how, name in what["hows"].items():
        many = [week[how] for week in weeks]
        axes.bar(
            range(len(weeks)),
            many,
            bottom=heights,
            width=0.72,
            color=COLOURS[how],
            hatch=PATTERNS[how],
            edgecolor=PAPER if how != "presumed" else FAINT,
            linewidth=0.8,
            label=name,
        )
        heights = [low + more for low, more in zip(heights, many, strict=True)]
    sizes = (BIG, MEDIUM) if len(weeks) <= 7 else (SMALL - 1, SMALL - 4)
    for place, height in enumerate(heights):
        last = place == len(weeks) - 1
        axes.annotate(
            str(height),
            (place, height),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=sizes[not last],
            fontweight="bold" if last else "normal",
        )
    every = 1 + (len(weeks) - 1) // 7
    shown = [place for place in range(len(weeks)) if (len(weeks) - 1 - place) % every == 0]
    axes.set_xticks(shown, [weeks[place]["label"] for place in shown], fontsize=SMALL)
    axes.set_ylim(0, max(max(heights), 1) * 1.18)
    _bare(axes, what["title"])
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.11),
        ncols=3,
        frameon=False,
        fontsize=SMALL,
        handlelength=1.3,
        columnspacing=1.2,
        handletextpad=0.5,
    )


def _times(axes: Any, times: Mapping[str, Any]) -> None:
    """A pair of bars for the release and for each state: this time, and the four weeks before."""
    rows: Sequence[Mapping[str, Any]] = times["rows"]
    places = range(len(rows))
    longest = max([row[when] or 0 for row in rows for when in ("now", "before")], default=0) or 1
    for when, shift, colour, size in (("now", -0.2, NOW, MEDIUM), ("before", 0.2, BEFORE, SMALL)):
        lengths = [row[when] or 0 for row in rows]
        axes.barh(
            [place + shift for place in places],
            lengths,
            height=0.38,
            color=colour,
            hatch="" if when == "now" else "..",
            edgecolor=PAPER if when == "now" else FAINT,
            linewidth=0.8,
            label=times[when],
        )
        for place, row in zip(places, rows, strict=True):
            axes.annotate(
                row[f"{when}_text"],
                (row[when] or 0, place + shift),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=size - 2,
                color=INK if when == "now" else FAINT,
                fontweight="bold" if when == "now" else "normal",
            )
    axes.set_yticks(places, [row["label"] for row in rows], fontsize=SMALL)
    axes.invert_yaxis()
    axes.set_xlim(0, longest * 1.22)
    _bare(axes, times["title"])
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.4, 0.02),
        ncols=2,
        frameon=False,
        fontsize=SMALL,
        handlelength=1.3,
        handletextpad=0.5,
    )


def _bare(axes: Any, title: str) -> None:
    """Nothing that is not read: no frame, no scale beside the numbers that stand on the bars."""
    axes.set_title(title, loc="left", fontsize=BIG - 2, fontweight="bold", color=INK, pad=12)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, colors=INK)
    horizontal = axes.get_yaxis() if axes.get_ylim()[0] == 0 else axes.get_xaxis()
    horizontal.set_visible(False)


if __name__ == "__main__":
    main()
