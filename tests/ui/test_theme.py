import re

import pytest
from PySide6.QtGui import QAction, QColor, QFontInfo, QFontMetricsF, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui import icons, theme
from ui.resources import ICONS, STYLE
from ui.theme import DARK, LIGHT, Scheme, Theme, Tone

BOTH = pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
GROUNDS = ("ground", "nav", "card")
TEXT_ON = [
    *[(text, ground) for text in ("text", "text_2", "text_3") for ground in GROUNDS],
    *[(text, ground) for text in ("text", "text_2") for ground in ("hover", "track")],
    ("text", "selection"),
    ("text_2", "selection"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("accent", "card"),
    ("accent", "ground"),
    ("bad", "card"),
    ("good", "card"),
    *[(tone.value, f"{tone.value}_soft") for tone in Tone],
]
MARKS_ON = [
    *[(line, ground) for line in ("input_border", "focus") for ground in GROUNDS],
    ("focus", "selection"),
    ("bar", "card"),
    ("negative", "card"),
    ("other", "card"),
]


def test_contrast_of_black_on_white_is_21() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#777777") == pytest.approx(1)


@BOTH
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_words_are_readable(look: Theme, text: str, ground: str) -> None:
    assert theme.contrast(getattr(look, text), getattr(look, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize(("mark", "ground"), MARKS_ON)
def test_lines_that_mean_something_are_seen(look: Theme, mark: str, ground: str) -> None:
    assert theme.contrast(getattr(look, mark), getattr(look, ground)) >= 3


@BOTH
def test_every_series_is_seen_on_a_card(look: Theme) -> None:
    assert len(set(look.series)) == len(look.series)
    for color in look.series:
        assert theme.contrast(color, look.card) >= 3


@BOTH
def test_style_sheet_uses_every_picture_there_is_and_no_other(look: Theme) -> None:
    sheet = theme.style_sheet(look)
    assert "$" not in sheet
    pictures = set(re.findall(r"url\((.+?)\)", sheet))
    assert pictures
    for picture in pictures:
        assert (STYLE / picture.rsplit("/", 1)[1]).is_file()
    check = (STYLE / f"check-{look.name}.svg").read_text(encoding="utf-8")
    assert look.on_accent in check


@BOTH
def test_arrows_of_inputs_are_seen(look: Theme) -> None:
    for file in STYLE.glob("arrow-*.svg"):
        color = re.search(r'stroke="(#\w+)"', file.read_text(encoding="utf-8"))
        assert color is not None
        assert theme.contrast(color[1], look.card) >= 3


def test_apply_changes_palette_and_font(qapp: QApplication) -> None:
    theme.apply(qapp, Scheme.DARK)
    try:
        assert theme.current() is DARK
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.ground)
    finally:
        theme.apply(qapp, Scheme.LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Base) == QColor(LIGHT.card)
    assert QFontInfo(theme.font()).family() == theme.FAMILY


def test_system_scheme_is_light_where_the_system_does_not_say(qapp: QApplication) -> None:
    assert theme.resolve(qapp, Scheme.SYSTEM) is LIGHT


def test_figures_are_of_equal_width(qapp: QApplication) -> None:
    metrics = QFontMetricsF(theme.chart_font(13))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("8888")


@pytest.mark.parametrize("name", sorted(file.stem for file in ICONS.glob("*.svg")))
def test_every_icon_can_be_drawn_in_any_colour(qapp: QApplication, name: str) -> None:
    image = icons.pixmap(name, QColor("#FF0000"), 16, 2.0).toImage()
    assert image.width() == 32
    seen = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
    drawn = [color for color in seen if color.alpha() > 200]
    assert drawn
    assert all(color.red() > 200 and color.blue() < 60 for color in drawn)


def test_tones_have_icons_of_their_own() -> None:
    assert set(theme.TONE_ICONS) == set(Tone)
    assert len(set(theme.TONE_ICONS.values())) == len(Tone)


def test_icons_follow_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton("Go", window)
    action = QAction("Go", window)
    for target in (button, action):
        icons.set_icon(target, "play", "accent")
    light = [_middle_color(target.icon()) for target in (button, action)]
    theme.apply(qapp, Scheme.DARK)
    dark = [_middle_color(target.icon()) for target in (button, action)]
    theme.apply(qapp, Scheme.LIGHT)
    assert light == [QColor(LIGHT.accent)] * 2
    assert dark == [QColor(DARK.accent)] * 2


def _middle_color(icon: QIcon) -> QColor:
    image = icon.pixmap(24).toImage()
    colors = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    return max(colors, key=lambda color: color.alpha())
