"""Charts as files and pictures: always in the light theme, with their title, for documents."""

from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from ui.charts.base import TITLE_PX, ChartData, Sheet
from ui.theme import LIGHT

_MARGIN, _TITLE = 16.0, 28.0
_DENSITY = 2
_POINTS_PER_PIXEL = 72 / 96


def draw_titled(painter: QPainter, size: QSize, data: ChartData) -> None:
    """Draw a chart under its title on white."""
    whole = QRectF(0, 0, size.width(), size.height())
    painter.fillRect(whole, Qt.GlobalColor.white)
    inner = whole.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    sheet = Sheet(painter, inner, LIGHT)
    head = QRectF(inner.left(), inner.top() - 4, inner.width(), _TITLE)
    sheet.words(head, data.title, pixels=TITLE_PX, strong=True)
    data.draw(painter, inner.adjusted(0, _TITLE, 0, 0), LIGHT)


def titled_size(data: ChartData, width: int, height: int = 0) -> QSize:
    """Size of the whole picture, for a chart of this width and height (0: as it prefers)."""
    tall = max(height, data.preferred_height())
    return QSize(width, round(tall + 2 * _MARGIN + _TITLE))


def to_image(data: ChartData, size: QSize) -> QImage:
    """The chart as a picture of twice the density of the screen."""
    image = QImage(size * _DENSITY, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(_DENSITY)
    with QPainter(image) as painter:
        draw_titled(painter, size, data)
    return image


def save(data: ChartData, path: Path, size: QSize) -> None:
    """Write the chart as .png, .svg or .pdf, whichever the name ends in.

    Raises:
        OSError: the file could not be written.
        ValueError: another ending.
    """
    ending = path.suffix.lower()
    if ending == ".png":
        written = to_image(data, size).save(str(path))
    elif ending == ".svg":
        written = _save_svg(data, path, size)
    elif ending == ".pdf":
        written = _save_pdf(data, path, size)
    else:
        raise ValueError(f"'{path.name}' must end in .png, .svg or .pdf")
    if not written:
        raise OSError(f"{path} could not be written")


def _save_svg(data: ChartData, path: Path, size: QSize) -> bool:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setResolution(96)
    generator.setTitle(data.title)
    generator.setDescription(data.describe())
    painter = QPainter()
    if not painter.begin(generator):
        return False
    draw_titled(painter, size, data)
    return painter.end()


def _save_pdf(data: ChartData, path: Path, size: QSize) -> bool:
    writer = QPdfWriter(str(path))
    writer.setTitle(data.title)
    writer.setCreator("Pactwright")
    points = QSizeF(size) * _POINTS_PER_PIXEL
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, data.title))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(1200)
    painter = QPainter()
    if not painter.begin(writer):
        return False
    scale = writer.width() / size.width()
    painter.scale(scale, scale)
    draw_titled(painter, size, data)
    return painter.end()
