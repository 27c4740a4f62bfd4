"""Drawings: nothing lost, nothing endless, nothing executed."""

import numpy as np
from lxml import etree

from workbench.termsheet.pictures import Cloud, Series, _spread, lines, scatter


def _form(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _scatter(cloud: Cloud, *names: str) -> etree._Element:
    svg = scatter(cloud, (_form, _form), ("across", "up"), names or ("any", "best", "own"))  # type: ignore[arg-type]
    return etree.fromstring(svg)


def _count(root: etree._Element, tag: str) -> int:
    return len(root.findall(f"{{http://www.w3.org/2000/svg}}{tag}"))


def test_a_million_points_make_a_small_picture() -> None:
    points = np.random.default_rng(1).random((2, 1_000_000))
    cloud = Cloud(points[0], points[1], range(5_000), [0, 1], 3)
    svg = scatter(cloud, (_form, _form), ("x", "y"), ("a", "b", "c"))
    assert len(svg) < 2_000_000
    assert etree.fromstring(svg) is not None


def test_points_stand_where_their_axes_say() -> None:
    root = _scatter(Cloud(np.array([0.0, 10.0]), np.array([0.0, 5.0]), [0, 1], [0, 1], None))
    discs = root.findall("{http://www.w3.org/2000/svg}circle")
    first, last = ([float(disc.get(name)) for name in ("cx", "cy")] for disc in discs[:2])
    texts = {node.text: node for node in root.iter("{http://www.w3.org/2000/svg}text") if node.text}
    assert abs(float(texts["10"].get("x")) - last[0]) < 1
    assert abs(float(texts["5"].get("y")) - 4 - last[1]) < 1
    assert first[0] < last[0]
    assert first[1] > last[1]
    assert len(discs) == 3  # the key has one too
    assert "own" not in texts


def test_one_point_alone_is_drawn() -> None:
    root = _scatter(Cloud(np.array([0.3]), np.array([0.1]), [0], [0], 0))
    assert _count(root, "circle") == 2
    assert "NaN" not in etree.tostring(root).decode()


def test_names_are_words_and_nothing_else() -> None:
    root = _scatter(
        Cloud(np.ones(1), np.ones(1), [], [], 0), "<script>", "&", '"><image href="x"/>'
    )
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert not list(root.iter("{http://www.w3.org/2000/svg}image"))
    assert "<script>" in {node.text for node in root.iter("{http://www.w3.org/2000/svg}text")}


def test_names_at_line_ends_do_not_meet_nor_leave_the_plot() -> None:
    places = _spread([230.0, 230.0, 228.0], 230.0)
    assert max(places) <= 230.0
    assert min(np.diff(sorted(places))) >= 16
    same = [Series(name, (0.1, 0.0)) for name in "ABC"]
    assert lines([0, 1], same, _form, _form).count("<polyline") == 3
