"""Charts as files and pictures: always in the light theme, with their title, for documents."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from ui.charts.base import TITLE_PX, ChartData, Sheet
from ui.files import write_whole
from ui.theme import LIGHT

_MARGIN, _TITLE = 16.0, 28.0
_DENSITY = 2
_SCREEN_DPI, _PDF_DPI = 96, 1200


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
    writers = {".png": _write_png, ".svg": _write_svg, ".pdf": _write_pdf}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise ValueError(f"'{path.name}' must end in .png, .svg or .pdf")
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer(data, buffer, size)
    write_whole(path, bytes(buffer.data().data()))


def _write_png(data: ChartData, buffer: QBuffer, size: QSize) -> None:
    QImageWriter(buffer, QByteArray(b"png")).write(to_image(data, size))


def _write_svg(data: ChartData, buffer: QBuffer, size: QSize) -> None:
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setResolution(_SCREEN_DPI)
    generator.setTitle(data.title)
    generator.setDescription(data.describe())
    with QPainter(generator) as painter:
        draw_titled(painter, size, data)


def _write_pdf(data: ChartData, buffer: QBuffer, size: QSize) -> None:
    writer = QPdfWriter(buffer)
    writer.setTitle(data.title)
    writer.setCreator("Pactwright")
    points = QSizeF(size) * (72 / _SCREEN_DPI)
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, data.title))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(_PDF_DPI)
    with QPainter(writer) as painter:
        scale = writer.width() / size.width()
        painter.scale(scale, scale)
        draw_titled(painter, size, data)
