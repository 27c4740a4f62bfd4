"""One table of colours for each scheme, and all that is made from it: palette, style sheet, fonts.

Why own palettes: on X11 without a platform theme, and offscreen, Qt does not know the colour scheme
and asking it for a dark one does nothing.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui import icons
from ui.resources import FONTS, STYLE

FAMILY = "Inter"
BODY_PT, SMALL_PT, HEADING_PT, TITLE_PT = 9.5, 8.5, 12.5, 17.0
ROW_HEIGHT_PX = 32


class Scheme(StrEnum):
    """What a user may ask for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Tone(StrEnum):
    """How a chip or remark is meant; each has an icon so that colour never speaks alone."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    NEUTRAL = "neutral"


TONE_ICONS = {
    Tone.GOOD: "circle-check",
    Tone.WARN: "triangle-alert",
    Tone.BAD: "octagon-alert",
    Tone.INFO: "info",
    Tone.NEUTRAL: "circle-minus",
}


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour of one scheme, as "#rrggbb"."""

    name: str
    # Grounds, from back to front.
    ground: str
    nav: str
    card: str
    hover: str
    selection: str
    track: str
    # Lines. Only `input_border` and `focus` carry meaning and keep 3:1 to their grounds.
    border: str
    rule: str
    input_border: str
    focus: str
    scroll: str
    scroll_hover: str
    # Text, in falling weight; all keep 4.5:1 on ground, navigation and card.
    text: str
    text_2: str
    text_3: str
    disabled: str
    # The one accent.
    accent: str
    accent_hover: str
    on_accent: str
    # Tones: text on its soft ground.
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    info: str
    info_soft: str
    neutral: str
    neutral_soft: str
    # Charts.
    bar: str
    bar_soft: str
    negative: str
    negative_soft: str
    heat_low: str
    heat_high: str
    series: tuple[str, ...]
    other: str

    def color(self, token: str) -> QColor:
        """The colour of a token by name."""
        return QColor(str(getattr(self, token)))

    def tone(self, tone: Tone) -> tuple[QColor, QColor]:
        """Text colour and soft ground of a tone."""
        return self.color(tone.value), self.color(f"{tone.value}_soft")

    def series_color(self, position: int) -> QColor:
        """Colour of the n-th series; positions beyond the table share the grey of 'other'."""
        return QColor(self.series[position] if position < len(self.series) else self.other)


LIGHT = Theme(
    name="light",
    ground="#F5F7FA",
    nav="#EEF1F6",
    card="#FFFFFF",
    hover="#F0F4FA",
    selection="#DBE8FB",
    track="#E9EDF3",
    border="#DAE0E9",
    rule="#E6EAF1",
    input_border="#808B9E",
    focus="#1F5FBF",
    scroll="#C3CCD9",
    scroll_hover="#98A5B8",
    text="#1B2330",
    text_2="#465265",
    text_3="#5C687B",
    disabled="#98A2B2",
    accent="#1F5FBF",
    accent_hover="#184E9F",
    on_accent="#FFFFFF",
    good="#146C3D",
    good_soft="#DCF2E4",
    warn="#855000",
    warn_soft="#FCEFD0",
    bad="#AF231C",
    bad_soft="#FCE2E0",
    info="#1B56AE",
    info_soft="#E1ECFC",
    neutral="#465265",
    neutral_soft="#E9EDF3",
    bar="#1F5FBF",
    bar_soft="#A9C4EE",
    negative="#B5312A",
    negative_soft="#E9B5B1",
    heat_low="#EDF2FA",
    heat_high="#123E85",
    # Blue, orange, green, sky, purple, ochre, vermilion: apart in the common colour blindnesses.
    series=("#1F5FBF", "#D67A1E", "#17866A", "#3F9BD6", "#83519E", "#94760F", "#B5312A"),
    other="#7C8798",
)

DARK = Theme(
    name="dark",
    ground="#12161D",
    nav="#171C24",
    card="#1B2029",
    hover="#232A36",
    selection="#263C5C",
    track="#2A3240",
    border="#2E3644",
    rule="#282F3C",
    input_border="#6B788C",
    focus="#6AA5F8",
    scroll="#3D4759",
    scroll_hover="#5A677C",
    text="#E8EDF4",
    text_2="#B6C0CE",
    text_3="#98A4B7",
    disabled="#667286",
    accent="#6AA5F8",
    accent_hover="#8ABAFF",
    on_accent="#0D1829",
    good="#6CD79A",
    good_soft="#1B3A2A",
    warn="#F2BC5C",
    warn_soft="#3D3016",
    bad="#FF9F97",
    bad_soft="#4A2421",
    info="#8FBDFF",
    info_soft="#21344F",
    neutral="#B6C0CE",
    neutral_soft="#2A3240",
    bar="#6AA5F8",
    bar_soft="#41628F",
    negative="#F08A80",
    negative_soft="#74403C",
    heat_low="#232C3A",
    heat_high="#8FBEFF",
    series=("#6AA5F8", "#F0A04B", "#4FC3A1", "#8BD0F5", "#C39BDF", "#D6BC55", "#F08A80"),
    other="#8B97A9",
)

THEMES = {Scheme.LIGHT: LIGHT, Scheme.DARK: DARK}


class _State:
    """What `apply` was last asked for; the application has one look at a time."""

    theme: Theme = LIGHT
    scheme: Scheme = Scheme.LIGHT
    follows_system = False
    fonts_loaded = False


def current() -> Theme:
    """The theme on screen."""
    return _State.theme


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=512)
def _luminance(name: str) -> float:
    color = QColor(name)
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=32)
def font(points: float = BODY_PT, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's font for widgets, figures of equal width."""
    made = QFont(FAMILY)
    made.setPointSizeF(points)
    return _finish(made, weight)


@lru_cache(maxsize=32)
def chart_font(pixels: int = 12, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's font for drawings, sized in pixels so that SVG and PDF come out alike."""
    made = QFont(FAMILY)
    made.setPixelSize(pixels)
    return _finish(made, weight)


def _finish(made: QFont, weight: QFont.Weight) -> QFont:
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def resolve(app: QApplication, scheme: Scheme) -> Theme:
    """The theme a scheme stands for; light where the system does not say."""
    if scheme is Scheme.SYSTEM:
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return THEMES[scheme]


def apply(app: QApplication, scheme: Scheme = Scheme.SYSTEM) -> Theme:
    """Give the whole application one look; may be called again at any time.

    Returns:
        The theme now on screen.
    """
    if not _State.fonts_loaded:
        for file in sorted(FONTS.glob("*.otf")):
            QFontDatabase.addApplicationFont(str(file))
        _State.fonts_loaded = True
        font.cache_clear()
        chart_font.cache_clear()
    theme = resolve(app, scheme)
    _State.theme, _State.scheme = theme, scheme
    app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))
    icons.refresh(app, theme.color)
    if not _State.follows_system:
        app.styleHints().colorSchemeChanged.connect(_system_changed)
        _State.follows_system = True
    return theme


def _system_changed() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and _State.scheme is Scheme.SYSTEM:
        apply(app, Scheme.SYSTEM)


def set_role(widget: QWidget, role: str) -> None:
    """Name the part a widget plays for the style sheet, e.g. "title" or "primary"."""
    widget.setProperty("role", role)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's palette, for everything the style sheet does not name."""
    made = QPalette()
    role = QPalette.ColorRole
    for target, token in (
        (role.Window, "ground"),
        (role.WindowText, "text"),
        (role.Base, "card"),
        (role.AlternateBase, "hover"),
        (role.Text, "text"),
        (role.Button, "card"),
        (role.ButtonText, "text"),
        (role.BrightText, "bad"),
        (role.ToolTipBase, "card"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "text_3"),
        (role.Highlight, "selection"),
        (role.HighlightedText, "text"),
        (role.Accent, "accent"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.Light, "card"),
        (role.Midlight, "hover"),
        (role.Mid, "border"),
        (role.Dark, "input_border"),
        (role.Shadow, "border"),
    ):
        made.setColor(target, theme.color(token))
    for target in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, target, theme.color("disabled"))
    return made


def style_sheet(theme: Theme) -> str:
    """The style sheet filled with the theme's colours."""
    tokens = {f.name: str(getattr(theme, f.name)) for f in fields(Theme) if f.name != "series"}
    sizes = {
        "small_pt": SMALL_PT,
        "body_pt": BODY_PT,
        "heading_pt": HEADING_PT,
        "title_pt": TITLE_PT,
    }
    pictures = {"style": STYLE.as_posix()}
    template = Template((STYLE / "style.qss").read_text(encoding="utf-8"))
    return template.substitute({**tokens, **sizes, **pictures})
