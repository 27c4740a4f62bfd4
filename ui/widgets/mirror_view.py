"""Trade that both importer and exporter report: both figures of each lane, and their ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import format as fmt
from ui.models.frame_model import Cell, Column
from ui.theme import Tone
from ui.widgets.buttons import button
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import small_label
from ui.widgets.labels import InfoRow
from workbench.model.economies import economy_name

if TYPE_CHECKING:
    from workbench.analysis.results import Evaluation

_AGREE, _DIFFER = "agree", "differ"


class MirrorView(QWidget):
    """Lanes between the partners, the largest first.

    Signals:
        explain: row of the lane in the result's lanes whose trade is to be explained.
        import_wanted: the user wants to bring a file.
    """

    explain = Signal(int)
    import_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mirrorView")
        self._lanes: list[int] = []
        self._told: list[str] = []
        self._twice = InfoRow(self.tr("Lanes that both ends report"), "mirrorTwice")
        self._differ = InfoRow(self.tr("Differ by more than a factor of two"), "mirrorDiffer")
        self.table = DataTable(
            [
                Column("product", self.tr("Product"), text=fmt.code, width=84),
                Column("exporter", self.tr("Exporter"), text=_economy, width=106),
                Column("importer", self.tr("Importer"), text=_economy, width=106),
                Column(
                    "imports_usd",
                    self.tr("Imports reported"),
                    text=fmt.money,
                    numeric=True,
                    width=122,
                    tip=self.tr("As the importer reports it"),
                ),
                Column(
                    "exports_usd",
                    self.tr("Exports reported"),
                    text=fmt.money,
                    numeric=True,
                    width=122,
                    tip=self.tr("As the exporter reports it"),
                ),
                Column(
                    "ratio",
                    self.tr("Ratio"),
                    text=fmt.decimal,
                    numeric=True,
                    width=60,
                    tip=self.tr(
                        "Imports to exports; freight and insurance make 1.05 to 1.1 of it usual"
                    ),
                ),
                Column("reports", self.tr("Reports"), cell=Cell.CHIP, tone=_tone, width=86),
                Column("sources", self.tr("Sources")),
            ],
            self.tr("Mirror data"),
            "mirrorTable",
            stretch="sources",
        )
        self.table.setProperty("flat", True)
        self._help = small_label("", "mirrorHelp")
        self.explain_button = button(self.tr("Explain this trade"), "mirrorExplain", "circle-help")
        self.explain_button.setToolTip(self.tr("Show how the trade of the lane comes about"))
        self.import_button = button(self.tr("Import reports…"), "mirrorImport", "upload")
        self.import_button.setToolTip(
            self.tr("Choose files of reported imports and exports, such as UN Comtrade's")
        )
        self._build()
        self.table.row_selected.connect(self._show_selected)
        self.table.frame_model.modelReset.connect(self._show_selected)
        self.table.row_activated.connect(self._explain)
        self.explain_button.clicked.connect(self._explain)
        self.import_button.clicked.connect(self.import_wanted)
        self.show_result(None)

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(8)
        actions.addWidget(self._help, 1)
        actions.addWidget(self.explain_button)
        actions.addWidget(self.import_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self._twice)
        whole.addWidget(self._differ)
        whole.addWidget(self.table, 1)
        whole.addLayout(actions)

    def show_result(self, result: Evaluation | None) -> None:
        """Show what both ends report on the lanes of an evaluation."""
        if result is None:
            self._lanes = []
            self.table.set_empty_text(self.tr("The agreement has not been evaluated yet"))
            self.table.set_frame({})
            for row in (self._twice, self._differ):
                row.set_value(fmt.MISSING)
            return
        from workbench.analysis.mirror import contradicting, lanes_reported_twice

        lanes = lanes_reported_twice(result)
        wrong = set(contradicting(lanes).index)
        larger = lanes[["imports_usd", "exports_usd"]].max(axis=1)
        share = larger[sorted(wrong)].sum() / larger.sum() if len(lanes) else 0.0
        self._twice.set_value(fmt.count(len(lanes)))
        self._differ.set_value(
            f"{fmt.count(len(wrong))}, {fmt.percent(share)} of their trade"
            if len(lanes)
            else fmt.MISSING
        )
        ends = ["importer", "exporter", "product"]
        places = {key: n for n, key in enumerate(result.lanes[ends].itertuples(index=False))}
        self._lanes = [places.get(key, -1) for key in lanes[ends].itertuples(index=False)]
        reports = [
            (f"{imports} ({cif})", f"{exports} ({fob})")
            for imports, cif, exports, fob in zip(
                lanes["imports_source"],
                lanes["imports_basis"],
                lanes["exports_source"],
                lanes["exports_basis"],
                strict=True,
            )
        ]
        self._told = [
            self.tr("Imports: {imports}. Exports: {exports}.").format(imports=a, exports=b)
            for a, b in reports
        ]
        self.table.set_empty_text(
            self.tr("The database holds no flow of these lanes that both ends report")
        )
        self.table.set_frame(
            {name: lanes[name].tolist() for name in (*ends, "imports_usd", "exports_usd", "ratio")}
            | {
                "reports": [_DIFFER if n in wrong else _AGREE for n in lanes.index],
                "sources": [f"{a} · {b}" for a, b in reports],
            }
        )

    def _show_selected(self) -> None:
        row = self.table.current_row()
        known = 0 <= row < len(self._lanes)
        self.explain_button.setEnabled(known and self._lanes[row] >= 0)
        if known:
            self._help.setText(self._told[row])
        elif self._lanes:
            self._help.setText(self.tr("Select a lane to see who reports what"))
        else:
            self._help.setText(
                self.tr("Import UN Comtrade with both flows, or a partner's own exports")
            )

    def _explain(self) -> None:
        row = self.table.current_row()
        if 0 <= row < len(self._lanes) and self._lanes[row] >= 0:
            self.explain.emit(self._lanes[row])


def _economy(code: object) -> str:
    return economy_name(str(code))


def _tone(word: object) -> Tone:
    return Tone.WARN if word == _DIFFER else Tone.GOOD
