import itertools
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui import format as fmt
from ui import messages
from ui.charts import cells, export
from ui.charts.bars import Bar, BarList
from ui.charts.base import ChartData, Drawing, ink_on, nice_ticks
from ui.charts.heatmap import HeatMap, cell_key
from ui.charts.intervals import Interval, Intervals
from ui.charts.lines import Lines, Mark, Point, Series, spread
from ui.charts.sankey import Flow, Sankey, merge_small, node_key
from ui.charts.stacked import Part, Stack, StackedBars
from ui.charts.staging import Staging, Step
from ui.charts.swept import Curve, Elsewhere, Flag, Panel, Swept, elsewhere_of, side_by_side
from ui.charts.tornado import Swing, Tornado
from ui.charts.widget import ChartWidget
from ui.models.frame_model import FrameModel
from ui.theme import DARK, LIGHT, Theme, contrast

ECONOMIES = (
    "Australia",
    "Korea, Republic of",
    "European Union",
    "Congo, Democratic Republic of the",
    "United States of America",
    "Chile",
)
PARTS = (
    Part("mfn", "MFN-free"),
    Part("free", "Already free under an agreement in force"),
    Part("leverage", "Leverage"),
    Part("unknown", "Rate unknown", unknown=True),
)
FLOWS = tuple(
    Flow((f"origin {o}", ECONOMIES[e], f"{850500 + p}"), 1e9 / (1 + o * 3 + e * 2 + p))
    for o in range(24)
    for e in range(6)
    for p in range(30)
    if (o + e + p) % 3
)
CHARTS: dict[str, ChartData] = {
    "bars": BarList(
        "Exposure by partner, USD",
        tuple(Bar(n, n, 10.0 ** (9 - i)) for i, n in enumerate(ECONOMIES)),
    ),
    "bars with a missing value": BarList("Exposure", (Bar("a", "A", None), Bar("b", "B", 0.0))),
    "bars both ways": BarList(
        "Change in trade, USD",
        tuple(Bar(n, n, (3 - i) * 4e7) for i, n in enumerate(ECONOMIES)),
        fmt.money_change,
    ),
    "two series": BarList(
        "Non-party content",
        tuple(Bar(n, n, 0.5 / (i + 1), 0.7 / (i + 1)) for i, n in enumerate(ECONOMIES)),
        fmt.percent,
        ("Declared", "Traced"),
    ),
    "one stack": StackedBars("Trade", PARTS, (Stack("all", "All", (3e9, 1e9, 2e9, None)),)),
    "stacks": StackedBars(
        "Trade by importer",
        PARTS,
        tuple(Stack(n, n, (3e9, 1e9 * i, 2e9, 5e8)) for i, n in enumerate(ECONOMIES)),
    ),
    "intervals": Intervals(
        "Sensitivity, USD",
        (
            *(
                Interval(name, name, i * 3e6 - 9e6, i * 3e6 - 5e6, i * 3e6)
                for i, name in enumerate(ECONOMIES)
            ),
            Interval("none", "Not known", None, None, None),
        ),
        axis_title="Change in exposure, USD",
    ),
    "tornado": Tornado(
        "Utilisation",
        0.42,
        (
            Swing("cost", "Cost per claim", "USD 14", "USD 1,500", 0.61, 0.18),
            Swing("size", "Median consignment", "10 k", "250 k", 0.30, 0.55),
            Swing("both", "Both ends on one side", "low", "high", 0.45, 0.52),
            Swing("flat", "Without effect", "low", "high", 0.42, 0.42),
            Swing("none", "Not known", "low", "high", None, None),
        ),
        fmt.percent,
        fmt.percent_ticks,
    ),
    "staging": Staging(
        "Rate by year",
        tuple(Step(str(2025 + i), max(0, 0.12 - 0.024 * i), i == 0) for i in range(11)),
    ),
    "heat map": HeatMap(
        "MFN rate, %",
        ECONOMIES,
        tuple(fmt.code(f"{850500 + i}") for i in range(8)),
        tuple(tuple(None if (r + c) % 7 == 0 else r * c / 100 for c in range(8)) for r in range(6)),
    ),
    "lines": Lines(
        "Frontier",
        "Regional value content threshold",
        "USD a year",
        (
            Series("Free-riding content", tuple(Point(i / 20, 2e9 - 9e7 * i) for i in range(21))),
            Series("Traced content", tuple(Point(i / 20, 2e9 - 8e7 * i) for i in range(21))),
            Series("Leakage", tuple(Point(i / 20, None if i == 9 else i * 1e7) for i in range(21))),
        ),
        (Mark(0.45, "as drafted, 45 %"), Mark(0.5, "most re-sourced")),
    ),
    "points": Lines(
        "Partner sets",
        "Exposure, USD",
        "Covered trade, USD",
        (
            Series(
                "All",
                tuple(Point(i * 7919 % 997 * 1e6, i * 104729 % 991 * 1e6) for i in range(200)),
                line=False,
                faint=True,
            ),
            Series(
                "Non-dominated",
                tuple(Point(i * 1e8, i * 2e8, f"set {i}", f"Set {i}") for i in range(5)),
                markers=True,
            ),
        ),
        x_text=fmt.money,
        x_ticks=fmt.money_ticks,
    ),
    "swept": Swept(
        "Regional value content",
        "Threshold",
        tuple(i / 20 for i in range(21)),
        (
            Panel(
                "of trade",
                (Curve("Utilisation", tuple(0.9 - i / 40 for i in range(21))),),
                fmt.percent,
                fmt.percent_ticks,
            ),
            Panel(
                "of claims",
                (
                    Curve("Exposure", tuple(0.4 - i / 60 for i in range(21))),
                    Curve("Exposure, traced", (*(0.5 - i / 60 for i in range(20)), None)),
                ),
                fmt.percent,
                fmt.percent_ticks,
            ),
            Panel(
                "USD",
                (Curve("Re-sourced content", tuple(i * (26 - i) * 1e6 for i in range(21))),),
                fmt.money,
                fmt.money_ticks,
            ),
        ),
        (Flag(0.45, "As drafted", True), Flag(0.65, "Turning point"), Flag(0.65, "Best")),
        (
            Elsewhere(0.45, "UK–EU", "UK–EU: half"),
            Elsewhere(0.5, "CPTPP", "CPTPP: half", True),
        ),
    ),
    "swept rules": Swept(
        "Rules",
        "Rule",
        (0.0, 1.0, 2.0),
        (
            Panel(
                "of trade",
                (Curve("Utilisation", (0.9, None, 0.4)),),
                fmt.percent,
                fmt.percent_ticks,
            ),
        ),
        names=("Any good", "A shift", "Wholly obtained"),
        joined=False,
        stale=True,
    ),
    "sankey": Sankey("Free-riding content", ("Origin", "Exporter", "Product"), FLOWS),
    "small sankey": Sankey("Free-riding content", ("Origin", "Exporter", "Product"), FLOWS[:3]),
}
EMPTY: dict[str, ChartData] = {
    "bars": BarList("Exposure", ()),
    "stacks": StackedBars("Trade", PARTS, ()),
    "a stack of nothing": StackedBars("Trade", PARTS, (Stack("a", "A", (None,) * 4),)),
    "intervals": Intervals("Sensitivity", ()),
    "tornado": Tornado("Rate", None, ()),
    "swept": Swept("Frontier", "x", (), ()),
    "staging": Staging("Rate", (Step("2025", None),)),
    "heat map": HeatMap("Rate", ("A",), ("B",), ((None,),)),
    "lines": Lines("Frontier", "x", "y", (Series("None", (Point(0.0, None),)),)),
    "sankey": Sankey("Content", ("Origin", "Exporter"), ()),
}
SIZES = [(180, 90), (240, 180), (320, 200), (420, 300), (700, 420), (1200, 800)]
EVERY = pytest.mark.parametrize("name", list(CHARTS))


def drawn(
    data: ChartData, width: int, height: int, look: Theme = LIGHT, selected: str = ""
) -> tuple[Drawing, QImage]:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(look.color("card"))
    with QPainter(image) as painter:
        drawing = data.draw(painter, QRectF(0, 0, width, height), look, selected)
    return drawing, image


@EVERY
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_label_is_cut_off_or_covers_another(
    qapp: QApplication, name: str, width: int, height: int
) -> None:
    drawing, _ = drawn(CHARTS[name], width, height)
    assert drawing.labels
    sheet = QRectF(-1, -1.5, width + 2, height + 3)
    for label in drawing.labels:
        assert sheet.contains(label.box), label
    if name == "heat map":  # its turned labels are told by the square around them
        return
    for place, one in enumerate(drawing.labels):
        for other in drawing.labels[place + 1 :]:
            shared = one.box.intersected(other.box)
            assert shared.width() <= 1 or shared.height() <= 3, (one, other)


@EVERY
@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_every_chart_is_drawn_and_can_be_pointed_at(
    qapp: QApplication, name: str, look: Theme
) -> None:
    drawing, image = drawn(CHARTS[name], 500, 400, look)
    colors = {image.pixelColor(x, y).name() for x in range(0, 500, 5) for y in range(0, 400, 5)}
    assert len(colors) > 3 or name == "bars with a missing value"
    for hit in drawing.hits:
        assert hit.key
        assert hit.words
        assert hit.region.boundingRect().isValid()


@EVERY
def test_selection_changes_the_picture_but_not_the_layout(qapp: QApplication, name: str) -> None:
    plain, before = drawn(CHARTS[name], 500, 400)
    key = next(hit.key for hit in plain.hits if not hit.key.startswith("mark:"))
    chosen, after = drawn(CHARTS[name], 500, 400, selected=key)
    assert before != after
    assert [label.words for label in chosen.labels] == [label.words for label in plain.labels]


@EVERY
def test_every_chart_has_a_sentence_and_a_table(qapp: QApplication, name: str) -> None:
    data = CHARTS[name]
    sentence = data.describe()
    assert sentence.startswith(data.title)
    assert sentence.endswith(".")
    table = data.table()
    model = FrameModel(table.columns)
    model.set_frame(table.values)
    assert model.rowCount() > 0
    assert {column.name for column in table.columns} <= set(table.values)
    assert data.preferred_height() >= 50


@pytest.mark.parametrize("name", list(EMPTY))
def test_without_data_a_chart_says_so(qapp: QApplication, name: str) -> None:
    drawing, _ = drawn(EMPTY[name], 300, 200)
    assert len(drawing.labels) == 1
    assert drawing.hits == ()
    assert EMPTY[name].describe().endswith(".")


def test_sentences_name_the_main_point(qapp: QApplication) -> None:
    assert CHARTS["bars"].describe() == (
        "Exposure by partner, USD: 6 bars, the longest Australia with 1.00 bn."
    )
    assert "MFN-free 50.0 %" in CHARTS["one stack"].describe()
    assert "Rate unknown –" in CHARTS["one stack"].describe()
    assert CHARTS["staging"].describe() == ("Rate by year: from 12.0 % in 2025 to 0.0 % in 2035.")


def test_rows_without_room_are_counted(qapp: QApplication) -> None:
    drawing, _ = drawn(CHARTS["bars"], 300, 70)
    words = [label.words for label in drawing.labels]
    assert "and 4 more: see the table" in words
    assert len(drawing.hits) == 2


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 1, 6, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (0, 0.12, 5, (0, 0.05, 0.1, 0.15)),
        (0, 2.3e9, 6, (0, 5e8, 1e9, 1.5e9, 2e9, 2.5e9)),
        (-3, 7, 6, (-5, -2.5, 0, 2.5, 5, 7.5)),
        (5, 5, 3, (2.5, 5, 7.5)),
        (0, 0, 6, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (math.nan, 1, 3, (0, 0.5, 1)),
    ],
)
def test_nice_ticks(low: float, high: float, most: int, ticks: tuple[float, ...]) -> None:
    assert nice_ticks(low, high, most) == pytest.approx(ticks)


@pytest.mark.parametrize("most", [2, 3, 5, 8])
@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-7.3, 2.1), (1e-6, 3e-6), (-9e12, 0), (99, 101), (0.3, 0.7)]
)
def test_nice_ticks_span_the_range_evenly(low: float, high: float, most: int) -> None:
    ticks = nice_ticks(low, high, most)
    steps = [after - before for before, after in pairwise(ticks)]
    assert 2 <= len(ticks) <= most
    assert ticks[0] <= low + 1e-9 * abs(low)
    assert ticks[-1] >= high - 1e-9 * abs(high)
    assert steps == pytest.approx([steps[0]] * len(steps))


def test_where_room_is_short_flows_keep_their_figures(qapp: QApplication) -> None:
    long = Flow(("An economy of a very long name", "Another of a very long name", "850511"), 21.7e6)
    data = Sankey("Content", ("Origin", "Exporter", "Product"), (long,))
    drawing, _ = drawn(data, 320, 200)
    cut = [label.words for label in drawing.labels if "…" in label.words]
    assert len(cut) == 2
    assert all(words.endswith("…  21.7 m") for words in cut)


def test_spread_moves_labels_apart_and_keeps_their_order() -> None:
    assert spread([10, 50], 15, 0, 100) == [10, 50]
    assert spread([10, 12, 13], 15, 0, 100) == [10, 25, 40]
    assert spread([95, 97, 99], 15, 0, 100) == [70, 85, 100]
    assert spread([], 15, 0, 100) == []


def test_words_on_a_colour_always_read(qapp: QApplication) -> None:
    for look in (LIGHT, DARK):
        for color in (*look.series, look.heat_low, look.heat_high, "#767676"):
            assert contrast(ink_on(QColor(color)).name(), color) >= 4.5


def test_small_nodes_are_merged_and_no_value_is_lost() -> None:
    merged, counts = merge_small(FLOWS, 3, 8)
    assert sum(flow.value for flow in merged) == pytest.approx(sum(f.value for f in FLOWS))
    for stage in range(3):
        assert len({flow.path[stage] for flow in merged}) <= 8
    assert counts == [24 - 7, 0, 30 - 7]


def test_a_lone_small_node_keeps_its_name() -> None:
    flows = [Flow(("a", "x"), 100.0), Flow(("b", "x"), 0.1)]
    merged, counts = merge_small(flows, 2, 5)
    assert {flow.path[0] for flow in merged} == {"a", "b"}
    assert counts == [0, 0]


def test_selected_origin_stands_out_to_the_last_stage(qapp: QApplication) -> None:
    _, plain = drawn(CHARTS["sankey"], 600, 400)
    _, chosen = drawn(CHARTS["sankey"], 600, 400, selected=node_key(0, "origin 1"))
    changed = [
        (x, y)
        for x in range(360, 440, 4)
        for y in range(40, 390, 4)
        if plain.pixel(x, y) != chosen.pixel(x, y)
    ]
    assert len(changed) > 100


def test_lollipops_and_bars_fit_their_cell(qapp: QApplication) -> None:
    image = QImage(100, 30, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as painter:
        cells.draw_range(painter, QRectF(10, 0, 80, 30), LIGHT, (-1, 2, 99), (-1, 4))
        cells.draw_bar(painter, QRectF(10, 0, 80, 30), LIGHT, 5, (0, 4))
        cells.draw_spark(painter, QRectF(10, 0, 80, 30), LIGHT, [1, 1, 1])
        cells.draw_share(painter, QRectF(10, 0, 80, 30), LIGHT, 7.5)
    white = image.pixelColor(0, 0)
    for y in range(30):
        for x in (*range(9), *range(91, 100)):
            assert image.pixelColor(x, y) == white


@EVERY
def test_pictures_are_saved_in_three_formats(qapp: QApplication, tmp_path: Path, name: str) -> None:
    data = CHARTS[name]
    size = export.titled_size(data, 600)
    for ending in ("png", "svg", "pdf"):
        export.save(data, tmp_path / f"chart.{ending}", size)
    assert QImage(str(tmp_path / "chart.png")).size() == size * 2
    svg = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert QSvgRenderer(svg.encode()).isValid()
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == data.title
    assert root.findtext(f"{space}desc") == data.describe()
    pdf = (tmp_path / "chart.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert b"Inter" in pdf


def test_pictures_are_not_saved_where_or_as_they_cannot_be(
    qapp: QApplication, tmp_path: Path
) -> None:
    size = QSize(300, 200)
    with pytest.raises(ValueError, match=r"must end in \.png"):
        export.save(CHARTS["bars"], tmp_path / "chart.doc", size)
    for ending in ("png", "svg", "pdf"):
        with pytest.raises(FileNotFoundError):
            export.save(CHARTS["bars"], tmp_path / "no" / f"chart.{ending}", size)


# The widget that hosts them


@pytest.fixture
def shown(qtbot: QtBot) -> ChartWidget:
    chart = ChartWidget("exposureChart", CHARTS["bars"])
    chart.resize(420, 220)
    qtbot.addWidget(chart)
    with qtbot.waitExposed(chart):
        chart.show()
    chart.hits()
    return chart


def canvas_of(chart: ChartWidget) -> QWidget:
    return chart.focusProxy()


def test_chart_is_told_to_those_who_do_not_see_it(shown: ChartWidget, qtbot: QtBot) -> None:
    canvas = canvas_of(shown)
    assert canvas.accessibleName() == "Exposure by partner, USD"
    assert canvas.accessibleDescription() == CHARTS["bars"].describe()
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.accessibleDescription().endswith("Australia: 1.00 bn")


def test_a_click_selects_and_a_click_beside_unselects(shown: ChartWidget, qtbot: QtBot) -> None:
    chosen: list[str] = []
    shown.selected.connect(chosen.append)
    hit = shown.hits()[2]
    place = hit.region.boundingRect().center().toPoint()
    qtbot.mouseClick(canvas_of(shown), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseClick(canvas_of(shown), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert chosen == ["European Union", ""]


def test_keys_walk_through_the_chart(shown: ChartWidget, qtbot: QtBot) -> None:
    chosen: list[str] = []
    gone_to: list[str] = []
    shown.selected.connect(chosen.append)
    shown.activated.connect(gone_to.append)
    keys = Qt.Key
    for key in (keys.Key_Down, keys.Key_Right, keys.Key_Up, keys.Key_End, keys.Key_Down):
        qtbot.keyClick(canvas_of(shown), key)
    qtbot.keyClick(canvas_of(shown), keys.Key_Return)
    qtbot.keyClick(canvas_of(shown), keys.Key_Escape)
    assert chosen == [*ECONOMIES[:2], ECONOMIES[0], ECONOMIES[-1], ECONOMIES[0], ""]
    assert gone_to == [ECONOMIES[0]]


def test_new_data_keeps_the_selection_without_telling(shown: ChartWidget, qtbot: QtBot) -> None:
    chosen: list[str] = []
    shown.select("Chile")
    shown.selected.connect(chosen.append)
    shown.set_data(CHARTS["two series"])
    assert shown.selected_key() == "Chile"
    assert chosen == []


def test_figures_can_be_seen_as_a_table(shown: ChartWidget, qtbot: QtBot) -> None:
    shown.table_action.trigger()
    table = shown.focusProxy()
    assert table.accessibleName() == "Exposure by partner, USD"
    assert table.frame_model.rowCount() == len(ECONOMIES)
    shown.set_data(CHARTS["two series"])
    assert table.frame_model.columnCount() == 3
    shown.table_action.trigger()
    assert shown.focusProxy() is not table


def test_picture_is_copied_and_saved(
    shown: ChartWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown.copy_action.trigger()
    assert not QApplication.clipboard().image().isNull()
    target = tmp_path / "chart.svg"
    monkeypatch.setattr(messages, "save_file", lambda *args: target)
    shown.save_action.trigger()
    assert target.is_file()


def test_picture_that_cannot_be_saved_is_explained(
    shown: ChartWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(messages, "save_file", lambda *args: tmp_path / "no" / "chart.png")
    monkeypatch.setattr(messages, "show_error", lambda parent, sentence: said.append(sentence))
    shown.save_action.trigger()
    assert len(said) == 1
    assert "chart.png could not be written: No such file" in said[0]
    assert said[0].endswith("Choose another place.")


def test_cell_keys_tell_cells_apart() -> None:
    assert cell_key("CHL", "8505.11") != cell_key("CHL", "8505.19")


CROWDED = replace(
    CHARTS["swept"],
    flags=tuple(
        Flag(x, words)
        for x, words in (
            (0.5, "As drafted"),
            (0.52, "Least exposure"),
            (0.53, "Most re-sourced"),
            (0.54, "Turning point"),
        )
    ),
    elsewhere=tuple(
        Elsewhere(0.3 + 0.01 * n, name, f"{name}: a rule", n % 2 == 0)
        for n, name in enumerate(
            ("UK–EU", "UK–Japan", "CPTPP", "UK–Korea", "USMCA", "EU–Chile", "RCEP", "CETA")
        )
    ),
)


@pytest.mark.parametrize("look", [LIGHT, DARK])
@pytest.mark.parametrize(("width", "height"), [(1000, 330), (700, 330), (560, 400), (340, 640)])
def test_every_rule_on_a_sweep_is_named(
    qapp: QApplication, look: Theme, width: int, height: int
) -> None:
    drawing, _ = drawn(CROWDED, width, height, look)
    said = " ".join(label.words for label in drawing.labels)
    names = [each.label for each in CROWDED.elsewhere] + [flag.label for flag in CROWDED.flags]
    assert [name for name in names if name not in said] == []
    marks = [at for hit in drawing.hits if (at := elsewhere_of(hit.key)) is not None]
    assert marks == [each.x for each in CROWDED.elsewhere]
    for one, other in itertools.combinations(drawing.labels, 2):
        shared = one.box.intersected(other.box)
        assert shared.width() < 3 or shared.height() < 3, (one.words, other.words)


def test_boxes_are_moved_as_little_as_need_be() -> None:
    assert side_by_side([10, 50], [10, 10], 4, 0, 100) == [5, 45]
    assert side_by_side([50, 50], [10, 10], 4, 0, 100) == [38, 52]
    assert side_by_side([1, 2, 99], [10, 10, 10], 4, 0, 100) == [0, 14, 90]
    assert side_by_side([], [], 4, 0, 100) == []
