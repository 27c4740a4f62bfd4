"""The claiming parameters fitted to what importers did: the picture, the estimates, the limits."""

from __future__ import annotations

from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ui import format as fmt
from ui import messages, theme
from ui.charts.lines import Lines, Point, Series
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.models.frame_model import Cell, Column
from ui.tasks import Task, TaskRunner
from ui.theme import Tone
from ui.widgets.buttons import button, primary_button
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.calibration import Calibration, MarginBand

KEY = "calibration"
_TOLD, _FAILS = "Told", "Fails"
_ADOPTED = ("fixed_cost", "sigma", "never_claims_share")


def _tone(word: object) -> Tone:
    return Tone.GOOD if word == _TOLD else Tone.BAD


def _number(value: Any) -> str:
    if fmt.is_missing(value):
        return fmt.MISSING
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


class CalibrationDialog(QDialog):
    """Fits in the background; the estimates can be adopted in one step that undo takes back."""

    def __init__(
        self, document: AgreementDocument, tasks: TaskRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("calibrationDialog")
        self.setWindowTitle(self.tr("Calibration of the claiming parameters"))
        self.resize(980, 760)
        self._document = document
        self._tasks = tasks
        self._found: Calibration | None = None
        self._data: dict[str, Any] = {}
        self._says = QLabel("")
        self._says.setObjectName("calibrationSays")
        self._says.setWordWrap(True)
        self._says.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(self._says, "heading")
        self._source = small_label("", "calibrationSource")
        self._fails = small_label("", "calibrationShortcomings")
        self.spells = QComboBox()
        self.spells.setObjectName("calibrationMonths")
        self.spells.setAccessibleName(self.tr("Months shown"))
        self.spells.setMinimumWidth(230)
        self.picture = ChartWidget("calibrationPicture")
        self.picture.setMinimumHeight(250)
        self.estimates = DataTable(
            [
                Column("name", self.tr("Parameter"), width=240),
                Column("estimate", self.tr("Estimate"), text=_number, numeric=True, width=120),
                Column("error", self.tr("Standard error"), text=_number, numeric=True, width=130),
                Column("default", self.tr("Model default"), text=_number, numeric=True, width=130),
                Column("unit", self.tr("Unit"), width=160),
            ],
            self.tr("Estimates"),
            "calibrationEstimates",
            stretch="name",
        )
        self.checks = DataTable(
            [
                Column("told", self.tr("Verdict"), cell=Cell.CHIP, tone=_tone, width=90),
                Column("what", self.tr("Trade outside the fit")),
                Column("extra", self.tr("Other duties saved"), text=fmt.percent, numeric=True),
                Column("value", self.tr("Trade, USD"), text=fmt.money, numeric=True),
                Column("observed", self.tr("Observed"), text=fmt.percent, numeric=True),
                Column("predicted", self.tr("Predicted"), width=150),
            ],
            self.tr("Trade outside the fit"),
            "calibrationChecks",
            stretch="what",
        )
        self.misfits = DataTable(
            [
                Column("group", self.tr("Chapter or product group")),
                Column("value", self.tr("Trade, USD"), text=fmt.money, numeric=True),
                Column("observed", self.tr("Observed"), text=fmt.percent, numeric=True),
                Column("predicted", self.tr("Fitted"), text=fmt.percent, numeric=True),
            ],
            self.tr("Worst fitted groups"),
            "calibrationMisfits",
            stretch="group",
        )
        self.duties = DataTable(
            [
                Column("from", self.tr("From"), width=100),
                Column("to", self.tr("Until"), text=fmt.text, width=100),
                Column("rate", self.tr("Saved"), text=fmt.percent, numeric=True, width=80),
                Column("products", self.tr("Products"), width=200),
                Column("source", self.tr("Legal source")),
            ],
            self.tr("Other duties that a claim saved"),
            "calibrationDuties",
            stretch="source",
        )
        self.duties.setSortingEnabled(False)
        self.duties.set_empty_text(self.tr("None are known of: the rows say what a claim saves."))
        self._notes = small_label("", "calibrationNotes")
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.other = button(self.tr("Fit to another file…"), "calibrationFile", "folder-open")
        self.adopt = primary_button(self.tr("Adopt the estimates"), "calibrationAdopt")
        self.adopt.setToolTip(
            self.tr("Sets the cost per claim, the spread and the share that never claims")
        )
        self._close = button(self.tr("Close"), "calibrationClose")
        self._build()
        self.spells.activated.connect(self._draw)
        self.other.clicked.connect(self._on_file)
        self.adopt.clicked.connect(self._on_adopt)
        self._close.clicked.connect(self.accept)
        self._start(None)

    def _build(self) -> None:
        tabs = QTabWidget()
        tabs.setObjectName("calibrationTabs")
        tabs.tabBar().setAccessibleName(self.tr("Estimates, limits and notes"))
        tabs.addTab(self.estimates, self.tr("Estimates"))
        tabs.addTab(self.checks, self.tr("Trade outside the fit"))
        tabs.addTab(self.misfits, self.tr("Worst fitted"))
        tabs.addTab(self.duties, self.tr("Other duties"))
        notes = QWidget()
        inside = QVBoxLayout(notes)
        inside.setContentsMargins(0, 12, 0, 0)
        inside.addWidget(self._notes, 1)
        tabs.addTab(notes, self.tr("What it says"))
        head = QHBoxLayout()
        head.addWidget(self._says, 1)
        head.addWidget(self.spells)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self.adopt)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(10)
        whole.addLayout(head)
        whole.addWidget(self._source)
        whole.addWidget(self._fails)
        whole.addWidget(self.picture, 5)
        whole.addWidget(tabs, 4)
        whole.addLayout(buttons)

    def _start(self, path: Path | None) -> None:
        self._says.setText(self.tr("Fitting the claiming parameters…"))
        self.adopt.setEnabled(False)

        def work(progress: Progress) -> object:
            from workbench.analysis.calibration import calibrate
            from workbench.analysis.observed_claims import read_claims, shipped_claims

            return calibrate(shipped_claims() if path is None else read_claims(path), progress)

        task: Task = self._tasks.start(self.tr("Calibration"), work, key=KEY)
        task.succeeded.connect(self._on_found)
        task.failed.connect(self._on_failed)

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self._says.setText(str(error).splitlines()[0])
        self.adopt.setEnabled(self._found is not None)

    def _on_found(self, found: Calibration) -> None:
        from workbench.analysis.calibration_report import calibration_data

        self._found = found
        consignment = self._document.agreement.parameters.consignment
        self._data = calibration_data(found, consignment)
        self._say(found)
        self._fill_tables(found)
        extras = sorted({band.extra for band in found.bands_by_extra if band.extra is not None})
        self.spells.clear()
        self.spells.addItem(self.tr("All months"), None)
        for extra in extras if len(extras) > 1 else ():
            words = self.tr("Other duties of {rate} saved").format(rate=fmt.percent(extra))
            self.spells.addItem(words if extra else self.tr("No other duties"), extra)
        self.adopt.setEnabled(True)
        self._draw()

    def _say(self, found: Calibration) -> None:
        inside, outside = found.errors["in_sample"], found.errors["out_of_sample"]
        if outside is None:
            says = self.tr("Off by {inside} points on average; no test out of sample")
        else:
            says = self.tr(
                "Off by {inside} points on average, and by {outside} on chapters and months that "
                "the fit has not seen"
            )
        shown = [fmt.decimal(None if error is None else error * 100) for error in (inside, outside)]
        self._says.setText(says.format(inside=shown[0], outside=shown[1]))
        self._source.setText(found.source)
        self._fails.setText(" ".join(self._data["shortcomings"]))

    def _fill_tables(self, found: Calibration) -> None:
        data = self._data
        titles = {
            "fixed_cost": (self.tr("Cost per claim"), self.tr("USD")),
            "consignment": (self.tr("Median consignment (held)"), self.tr("USD")),
            "sigma": (self.tr("Spread of consignments"), self.tr("log points")),
            "never_claims_share": (self.tr("Trade that never claims"), self.tr("share of trade")),
            "fixed_cost_by_consignment": (
                self.tr("Cost per claim by consignment"),
                self.tr("share of value"),
            ),
        }
        self.estimates.set_frame(
            {
                "name": [titles[name][0] for name in data["parameters"]],
                "estimate": list(data["parameters"].values()),
                "error": [data["standard_errors"][name] for name in data["parameters"]],
                "default": [data["defaults"][name] for name in data["parameters"]],
                "unit": [titles[name][1] for name in data["parameters"]],
            }
        )
        kinds = {
            "free": self.tr("MFN-free lines"),
            "specific": self.tr("Duties by quantity"),
            "crude oil": self.tr("Crude oil (a duty by the barrel)"),
        }
        self.checks.set_frame(
            {
                "told": [_TOLD if row["told"] else _FAILS for row in data["checks"]],
                "what": [kinds.get(row["what"], row["what"]) for row in data["checks"]],
                "extra": [row["extra"] for row in data["checks"]],
                "value": [row["value"] for row in data["checks"]],
                "observed": [row["observed"] for row in data["checks"]],
                "predicted": [_predicted(row) for row in data["checks"]],
            }
        )
        self.misfits.set_frame(
            {
                "group": [group.group for group in found.misfits],
                "value": [group.value_usd for group in found.misfits],
                "observed": [group.observed for group in found.misfits],
                "predicted": [group.predicted for group in found.misfits],
            }
        )
        self.duties.set_frame(
            {
                "from": [row["from"] for row in data["extra_duties"]],
                "to": [row["to"] for row in data["extra_duties"]],
                "rate": [row["rate"] for row in data["extra_duties"]],
                "products": [" ".join(row["products"]) for row in data["extra_duties"]],
                "source": [row["source"] for row in data["extra_duties"]],
            }
        )
        left = [
            self.tr("Left out: {what}, {rows}, USD {value}.").format(
                what=row["what"], rows=fmt.plural(row["rows"], "row"), value=fmt.money(row["value"])
            )
            for row in data["gaps"]
        ]
        self._notes.setText("\n".join([*data["notes"], *left]))

    def _draw(self) -> None:
        if self._found is None:
            return
        chosen = self.spells.currentData()
        bands = self._found.bands
        if chosen is not None:
            bands = tuple(b for b in self._found.bands_by_extra if b.extra == chosen)
        series = [
            Series(self.tr("Observed"), _points(bands, "observed"), line=False, markers=True),
            Series(self.tr("Fitted"), _points(bands, "predicted"), markers=True),
            Series(self.tr("Model defaults"), _points(bands, "by_default"), markers=True),
        ]
        if any(band.left_out is not None for band in bands):
            series.insert(2, Series(self.tr("Left out of the fit"), _points(bands, "left_out")))
        self.picture.set_data(
            Lines(
                title=self.tr("Utilisation by preference margin, share of trade"),
                x_title=self.tr("Mean preference margin of the band, the last from 20 %"),
                y_title=self.tr("Utilisation"),
                series=tuple(series),
                y_text=fmt.percent,
                y_ticks=fmt.percent_ticks,
                from_zero=False,
            )
        )

    def _on_file(self) -> None:
        path = messages.open_file(
            self, self.tr("Observed utilisation"), Path.home(), self.tr("Csv files (*.csv)")
        )
        if path is not None:
            self._start(path)

    def _on_adopt(self) -> None:
        estimates = {name: self._data["parameters"][name] for name in _ADOPTED}
        source = self.tr("calibrated on {source}").format(source=self._data["source"])

        def change(agreement: Agreement) -> Agreement:
            for name, estimate in estimates.items():
                agreement = agreement.with_parameter(name, estimate)
                agreement = agreement.with_parameter_source(name, source)
            return agreement

        self._document.edit(self.tr("Adopt calibrated claiming parameters"), change)
        self.accept()

    def done(self, result: int) -> None:
        """Stop fitting when the dialog closes."""
        task = self._tasks.find(KEY)
        if task is not None:
            task.cancel()
        super().done(result)


def _points(bands: tuple[MarginBand, ...], figure: str) -> tuple[Point, ...]:
    """At the mean margin of each band; the open one at its lower end, or it would squeeze all."""
    return tuple(
        Point(band.low if isinf(band.high) else band.margin, getattr(band, figure))
        for band in bands
    )


def _predicted(row: dict[str, Any]) -> str:
    low, high = row["predicted_at_least"], row["predicted_at_most"]
    if high is None:
        return f"{fmt.percent(low)} or more"
    return fmt.percent(low) if low == high else fmt.interval(low, high, fmt.percent)
