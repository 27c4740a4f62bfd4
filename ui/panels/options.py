"""Options side by side: their figures, what differs in words, and which edit does what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui import format as fmt
from ui import messages
from ui.charts.bars import Bar, BarList
from ui.charts.widget import ChartWidget
from ui.document import AgreementDocument
from ui.figures import Figures
from ui.models.frame_model import Column
from ui.page import Page
from ui.widgets.buttons import button, icon_button, primary_button
from ui.widgets.card import Card
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.comparison_view import ComparisonView
from ui.widgets.data_table import DataTable
from ui.widgets.form_grid import ProblemLabel
from ui.widgets.labels import ElidedLabel
from ui.widgets.line_field import LineField
from ui.widgets.measured import measured, measured_full, measured_text, text_of
from ui.widgets.progress_line import ProgressLine
from ui.widgets.segmented import SegmentedControl
from workbench.errors import WorkbenchError
from workbench.model.agreement import Agreement, Option
from workbench.model.option_edits import (
    next_name,
    with_base_promoted,
    with_new_option,
    with_option,
)
from workbench.progress import Progress

if TYPE_CHECKING:
    from workbench.analysis.comparison import Cause, Comparison, FigureChange
    from workbench.analysis.evaluation import Evaluator
    from workbench.analysis.results import Evaluation
    from workbench.analysis.variants import Variant
    from workbench.tradedata.database import TradeDatabase

EVALUATE, COMPARE = "options", "options-compared"
FIGURES, CHANGES, PICTURE = "figures", "changes", "picture"
FIGURE_NAMES = (
    "utilisation",
    "exposure",
    "traced_exposure",
    "resourced_content",
    "duty_forgone",
    "leakage",
    "leverage_gap",
)
_IN_TABLE = tuple(name for name in FIGURE_NAMES if name != "leakage")
_WIDTHS = {"resourced_content": 86, "duty_forgone": 76}
_SHORT = {
    "traced_exposure": "Traced",
    "resourced_content": "Re-sourced",
    "duty_forgone": "Forgone",
    "leverage_gap": "Gap",
}
_BASE = ""
_FILE = "file:"
_EACH = "each:"
_FILTER = "Agreements (*.yaml *.yml)"
_PAUSE_MS = 150
"""So that the figures of an edit are drawn before the work on all options begins."""


class OptionsPage(Page):
    """A table of the options, and two of them compared."""

    name = "options"

    def __init__(
        self, document: AgreementDocument, figures: Figures, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, figures, parent)
        self.evaluations: dict[str, Evaluation] = {}
        self.comparison: Comparison | None = None
        self._files: dict[str, Agreement] = {}
        self._variants: tuple[Variant, ...] = ()
        self._evaluating: tuple[Variant, ...] = ()
        self._known: tuple[Evaluator | None, tuple[Evaluation, ...]] = (None, ())
        self._evaluated_for: object = None
        self._told_for: object = None
        self._compared_for: object = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._evaluate)
        self._own: tuple[TradeDatabase, Evaluator] | None = None
        self.new = button(self.tr("New option"), "newOption", "plus")
        self.copy = icon_button("copy", self.tr("Copy the selected option"), "copyOption")
        self.delete = icon_button("trash-2", self.tr("Delete the selected option"), "deleteOption")
        self.promote = button(self.tr("Make base text"), "promoteOption", "check")
        self.add_file = button(self.tr("Compare a file…"), "addFile", "folder-open")
        self.open = primary_button(self.tr("Edit this text"), "openOption", "pencil")
        self.short = LineField(self.tr("Name of the option"), "optionName", self.tr("Name"))
        self.short.setFixedWidth(60)
        self.long = LineField(
            self.tr("What the option is about"), "optionTitle", self.tr("What it is about")
        )
        self.problem = ProblemLabel("optionProblem")
        self.view = SegmentedControl(
            self.tr("Shown"),
            [
                (FIGURES, self.tr("Figures")),
                (CHANGES, self.tr("From base")),
                (PICTURE, self.tr("Chart")),
            ],
            "optionsView",
        )
        self.figure = ChoiceBox(self.tr("Figure in the chart"), [], "optionsFigure")
        self.before = ChoiceBox(self.tr("Compare"), [], "compareBefore")
        self.after = ChoiceBox(self.tr("With"), [], "compareAfter")
        self.progress = ProgressLine("optionsProgress")
        self._build()
        self._connect()
        self.stop_at_edits(EVALUATE)

    def title(self) -> str:
        """The words in the navigation and at the head of the page."""
        return self.tr("Options compared")

    def subtitle(self) -> str:
        """How many there are."""
        return fmt.plural(len(self.document.base.options), "option")

    # Layout

    def _build(self) -> None:
        for widget in (self.new, self.copy, self.delete, self.promote, self.add_file):
            self.tools.addWidget(widget)
        self.tools.addStretch(1)
        self.tools.addWidget(self.open)
        self.column.addLayout(self.tools)
        self.table = DataTable([], self.tr("Options"), "optionsTable", stretch="name")
        self.table.setProperty("flat", True)
        self.chart = ChartWidget("optionsChart")
        self._stack = QStackedWidget()
        self._stack.setObjectName("optionsStack")
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.chart)
        self._card = Card(self.tr("Options"), "optionsCard")
        for field in (self.short, self.long, self.figure, self.view):
            self._card.tools.addWidget(field)
        self._card.tools.setSpacing(8)
        self.long.setMinimumWidth(230)
        self._card.body.addWidget(self._stack, 1)
        self._card.body.addWidget(self.problem)
        self._card.body.addWidget(self.progress)
        self.compared = ComparisonView("comparison")
        self._with = ElidedLabel(self.tr("with"), "compareWith")
        self._with.setFixedWidth(30)
        below = Card(self.tr("Compare"), "compareCard")
        below.tools.addWidget(self.before)
        below.tools.addWidget(self._with)
        below.tools.addWidget(self.after)
        below.tools.addWidget(self.compared.view)
        below.body.addWidget(self.compared, 1)
        self.column.addWidget(self._card, 4)
        self.column.addWidget(below, 5)
        for box in (self.before, self.after):
            box.setFixedWidth(138)

    def _connect(self) -> None:
        self.new.clicked.connect(self._on_new)
        self.copy.clicked.connect(self._on_copy)
        self.delete.clicked.connect(self._on_delete)
        self.promote.clicked.connect(self._on_promote)
        self.add_file.clicked.connect(self._on_add_file)
        self.open.clicked.connect(self._on_open)
        self.short.edited.connect(self._on_short)
        self.long.edited.connect(self._on_long)
        self.view.chosen.connect(self._on_view)
        self.figure.chosen.connect(self._show_chart)
        self.before.chosen.connect(self._compare)
        self.after.chosen.connect(self._compare)
        self.table.row_selected.connect(self._on_row)
        self.table.row_activated.connect(self._on_open)
        self.table.cell_selected.connect(self._explain_figure)
        self.chart.selected.connect(self._select)
        self.chart.selected.connect(self._explain_bar)
        self.compared.figure_selected.connect(self._on_figure)
        self.compared.cause_selected.connect(self._on_cause)

        self.document.changed.connect(self._stop)

    def _stop(self) -> None:
        """An edit makes what is under way pointless."""
        self._pause.stop()
        for key in (EVALUATE, COMPARE):
            task = self.figures.tasks.find(key)
            if task is not None:
                task.cancel()
                if key == EVALUATE:
                    self._evaluated_for = None
                else:
                    self._compared_for = None

    # Redrawing

    def refresh(self) -> None:
        """List the options of the document."""
        from workbench.analysis.variants import Variant, variants_of

        variants = list(variants_of(self.document.base, self.tr("Base")))
        variants += [
            Variant(key, Path(key.removeprefix(_FILE)).stem, text.title, text)
            for key, text in self._files.items()
        ]
        self._variants = tuple(variants)
        choices = [(variant.key, variant.name) for variant in variants]
        self.before.set_choices(choices)
        several = [(_EACH, self.tr("All the others"))] if len(variants) > 2 else []
        self.after.set_choices([*choices, *several])
        if self.after.key() == self.before.key() and len(variants) > 1:
            self.after.show_key(variants[1].key if not self.before.key() else _BASE)
        self._show_table()
        self._show_selected()

    def show_figures(self) -> None:
        """Evaluate the options again where they, the year or the database changed."""
        database, year = self.figures.database, self.figures.year
        if database is None or self.figures.result is None:
            self.compared.clear(self.tr("The figures are being worked out"))
            return
        wanted = (self._texts(), year, database)
        if wanted != self._evaluated_for and not self.figures.out_of_date:
            self._pause.start() if self.evaluations else self._evaluate()
        self._compare()

    def _evaluate(self) -> None:
        database, year = self.figures.database, self.figures.year
        self._evaluated_for = (self._texts(), year, database)
        self.evaluations = {}
        variants = self._evaluating = self._variants

        def work(progress: Progress) -> object:
            from workbench.analysis.variants import evaluate_variants

            evaluator = self.evaluator()
            known = self._known_to(evaluator)
            return evaluator, evaluate_variants(evaluator, variants, year, progress, known)

        task = self.figures.tasks.start(self.tr("Evaluating the options"), work, EVALUATE)
        task.succeeded.connect(self._on_evaluated)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self.progress.watch(task)

    def evaluator(self) -> Evaluator:
        """On the worker thread: an evaluator of its own, so that the window's keeps its market."""
        from workbench.analysis.variants import VariantEvaluator

        database = self.figures.database
        assert database is not None
        if self._own is None or self._own[0] is not database:
            self._own = (database, VariantEvaluator(database))
        return self._own[1]

    def _known_to(self, evaluator: Evaluator) -> tuple[Evaluation, ...]:
        """The newest evaluations, if they rest on the same database."""
        made_by, found = self._known
        return found if made_by is evaluator else ()

    def _texts(self) -> tuple[Agreement, ...]:
        return tuple(variant.text for variant in self._variants)

    def _on_evaluated(self, answer: tuple[Evaluator, tuple[Evaluation, ...]]) -> None:
        if tuple(variant.text for variant in self._evaluating) != self._texts():
            self._evaluated_for = None
            return
        self._known = answer
        pairs = zip(self._variants, answer[1], strict=True)
        self.evaluations = {variant.key: evaluation for variant, evaluation in pairs}
        self._show_table()
        if self.view.current() == PICTURE:
            self._show_chart()
        self._compare()

    def _on_failed(self, error: BaseException) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self.problem.say(str(error))

    def _on_cancelled(self) -> None:
        """Work that was stopped is started again when next asked for."""
        if self.figures.tasks.find(EVALUATE) is None:
            self._evaluated_for = None

    # The table and the chart

    def _show_table(self) -> None:
        from workbench.analysis.explain import FIGURES as TITLES

        of_changes = self.view.current() == CHANGES
        columns = [
            Column(
                "name",
                self.tr("Option"),
                fmt.text,
                tip=self.tr("Its name, and what it changes"),
                width=104,
            )
        ]
        rows: dict[str, list[object]] = {
            "name": [
                f"{self._named(variant)} · {self._what(variant)}" for variant in self._variants
            ],
        }
        base = self.evaluations.get(_BASE)
        for figure in _IN_TABLE:
            title, unit = TITLES[figure]
            columns.append(
                Column(
                    figure,
                    self.tr(_SHORT.get(figure, title)),
                    measured_text,
                    numeric=True,
                    tip=title,
                    full=measured_full,
                    width=_WIDTHS.get(figure, 84),
                )
            )
            values: list[object] = []
            for variant in self._variants:
                found = self.evaluations.get(variant.key)
                value = None if found is None else found.totals[figure]
                then = None if base is None else base.totals[figure]
                if of_changes:
                    value = None if value is None or then is None else value - then
                values.append(measured(value, unit, of_changes))
            rows[figure] = values
        kept = self.selected()
        if [c.name for c in self.table.frame_model.columns] == [c.name for c in columns]:
            self.table.set_frame(rows)
        else:
            self.table.set_columns(columns, rows)
        self._select(kept.key if kept is not None else self.document.option or _BASE)
        self.figure.set_choices([(figure, TITLES[figure][0]) for figure in FIGURE_NAMES])
        if not self.figure.key():
            self.figure.show_key(FIGURE_NAMES[0])

    def _explain_figure(self, row: int, figure: str) -> None:
        """Explain a figure of the option in a row, where it has been evaluated."""
        if not 0 <= row < len(self._variants) or figure not in FIGURE_NAMES:
            return
        found = self.evaluations.get(self._variants[row].key)
        if found is None:
            return
        from workbench.analysis.explain import explain_total
        from workbench.analysis.variants import explain_difference

        base = self.evaluations.get(_BASE)
        if self.view.current() == CHANGES and base is not None:
            names = self._variants[row].name
            self.explained.emit(explain_difference(figure, base, found, names))
        else:
            self.explained.emit(explain_total(found, figure))

    def _explain_bar(self, key: str) -> None:
        keys = [variant.key or "base" for variant in self._variants]
        if key in keys:
            self._explain_figure(keys.index(key), self.figure.key() or FIGURE_NAMES[0])

    def _named(self, variant: Variant) -> str:
        shown = variant.key == (self.document.option or _BASE)
        return self.tr("{name} (shown)").format(name=variant.name) if shown else variant.name

    def _what(self, variant: Variant) -> str:
        if variant.key == _BASE:
            return self.tr("The text that options change")
        if variant.key.startswith(_FILE):
            return self.tr("File: {title}").format(title=variant.title)
        option = self.document.base.option(variant.key)
        sections = [section.replace("_", " ").replace(".", ": ") for section, _ in option.changes]
        changes = ", ".join(sections) or self.tr("nothing yet")
        return f"{option.title} · {changes}" if option.title else changes

    def _show_chart(self) -> None:
        from workbench.analysis.explain import FIGURES as TITLES

        figure = self.figure.key() or FIGURE_NAMES[0]
        title, unit = TITLES[figure]
        bars = []
        for variant in self._variants:
            found = self.evaluations.get(variant.key)
            value = None if found is None else found.totals[figure]
            bars.append(Bar(variant.key or "base", variant.name, value))
        money = unit.value == "USD"
        self.chart.set_data(
            BarList(
                self.tr("{title}, USD").format(title=title) if money else title,
                tuple(bars),
                text=text_of(unit.value),
                label_title=self.tr("Option"),
                empty=self.tr("No options yet"),
            )
        )

    def _on_view(self, view: str) -> None:
        self._stack.setCurrentIndex(1 if view == PICTURE else 0)
        self._show_selected()
        if view == PICTURE:
            self._show_chart()
        else:
            self._show_table()

    # What is selected

    def selected(self) -> Variant | None:
        """The option, base text or file whose row is current."""
        row = self.table.current_row()
        return self._variants[row] if 0 <= row < len(self._variants) else None

    def _select(self, key: str) -> None:
        key = _BASE if key == "base" else key
        for row, variant in enumerate(self._variants):
            if variant.key == key:
                self.table.select_row(row)

    def _option(self) -> Option | None:
        variant = self.selected()
        if variant is None or variant.key == _BASE or variant.key.startswith(_FILE):
            return None
        return self.document.base.option(variant.key)

    def _on_row(self, row: int) -> None:
        self._show_selected()
        variant = self.selected()
        if variant is not None and variant.key != self.before.key() and self.after.key() != _EACH:
            self.after.show_key(variant.key)
            self._compare()

    def _show_selected(self) -> None:
        option, variant = self._option(), self.selected()
        is_file = variant is not None and variant.key.startswith(_FILE)
        self.copy.setEnabled(not is_file)
        self.delete.setEnabled(option is not None or is_file)
        self.promote.setEnabled(option is not None)
        self.open.setEnabled(variant is not None and not is_file)
        in_picture = self.view.current() == PICTURE
        for field in (self.short, self.long):
            field.setVisible(option is not None and not in_picture)
        self.figure.setVisible(in_picture)
        if option is not None:
            self.short.show_text(option.name)
            self.long.show_text(option.title)
        self.problem.say("")

    def show_section(self, section: str) -> None:
        """Select the option that a section names, such as "options[1]"."""
        number = section.partition("[")[2].partition("]")[0]
        if number.isdigit() and int(number) < len(self.document.base.options):
            self._select(self.document.base.options[int(number)].name)

    # Comparing

    def _compare(self) -> None:
        by_key = {variant.key: variant for variant in self._variants}
        if self.after.key() == _EACH:
            self._show_each(by_key[self.before.key()])
            return
        old, new = by_key.get(self.before.key()), by_key.get(self.after.key())
        if old is None or new is None or old is new:
            self._told_for = self._compared_for = self.comparison = None
            self.compared.clear(self.tr("Choose two texts that differ"))
            return
        database, year = self.figures.database, self.figures.year
        wanted = (old.text, new.text, year, database)
        if wanted == self._compared_for or database is None or self.figures.out_of_date:
            return
        from workbench.analysis.comparison import compare, differences_in_words

        if wanted != self._told_for:
            self._told_for, self.comparison = wanted, None
            self.compared.clear(self.tr("The figures are being worked out"))
            self.compared.show_notes(differences_in_words(old.text, new.text))
        if self._evaluated_for != (self._texts(), year, database):
            self._pause.start()
            return
        if not self.evaluations:
            return  # both texts are being evaluated
        self._compared_for = wanted
        before, after = old.text, new.text

        def work(progress: Progress) -> object:
            evaluator = self.evaluator()
            known = self._known_to(evaluator)
            return compare(evaluator, before, after, year, progress, known)

        names = self.tr("Comparing {old} with {new}").format(old=old.name, new=new.name)
        task = self.figures.tasks.start(names, work, COMPARE)
        task.succeeded.connect(self._on_compared)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_compare_cancelled)
        self.progress.watch(task)

    def _show_each(self, old: Variant) -> None:
        """What differs between one text and each of the others, and all their figures."""
        from workbench.analysis.comparison import differences_in_words

        self._told_for = self._compared_for = self.comparison = None
        others = [variant for variant in self._variants if variant is not old]
        told = [(v.name, differences_in_words(old.text, v.text)) for v in others]
        known = self.evaluations
        totals = [known[v.key].totals for v in others if v.key in known]
        before = known[old.key].totals if old.key in known else {}
        self.compared.show_each(told, before, totals if len(totals) == len(others) else [])

    def _on_compared(self, found: Comparison) -> None:
        wanted = self._compared_for
        if not isinstance(wanted, tuple):
            return
        if (found.before.agreement, found.after.agreement) != wanted[:2]:
            return
        self.comparison = found
        self.compared.show_comparison(found)

    def _on_compare_cancelled(self) -> None:
        if self.figures.tasks.find(COMPARE) is None:
            self._compared_for = None

    def _on_figure(self, change: FigureChange, column: str) -> None:
        if self.comparison is None:
            return
        from workbench.analysis.explain import explain_total
        from workbench.analysis.variants import explain_change

        if column in ("before", "after"):
            side = self.comparison.before if column == "before" else self.comparison.after
            self.explained.emit(explain_total(side, change.figure))
        else:
            self.explained.emit(explain_change(self.comparison, change, self._pair()))

    def _on_cause(self, change: FigureChange, cause: Cause) -> None:
        from workbench.analysis.variants import explain_cause

        self.explained.emit(explain_cause(change, cause, self._pair()))

    def _pair(self) -> str:
        return self.tr("{old} and {new}").format(
            old=self.before.currentText(), new=self.after.currentText()
        )

    # Edits

    def _on_new(self) -> None:
        name = next_name(self.document.base)
        self.document.edit_whole(self.tr("New option {name}").format(name=name), with_new_option)
        self._select(name)
        self.long.setFocus()

    def _on_copy(self) -> None:
        option = self._option()
        name = next_name(self.document.base)
        if option is None:
            self._on_new()
            return
        title = self.tr("Copy of {name}").format(name=option.title or option.name)
        like = option.name
        self.document.edit_whole(
            self.tr("Copy option {name}").format(name=like),
            lambda a: with_new_option(a, title, like),
        )
        self._select(name)

    def _on_delete(self) -> None:
        variant, option = self.selected(), self._option()
        if variant is not None and variant.key in self._files:
            del self._files[variant.key]
            self.refresh()
            self.show_figures()
        elif option is not None:
            name = option.name
            self.document.edit_whole(
                self.tr("Delete option {name}").format(name=name),
                lambda a: with_option(a, name, None),
            )

    def _on_promote(self) -> None:
        option = self._option()
        if option is None:
            return
        name, title = option.name, self.tr("Base text before")
        if self.document.option == name:
            self.document.choose_option(None)
        self.document.edit_whole(
            self.tr("Make option {name} the base text").format(name=name),
            lambda a: with_base_promoted(a, name, title),
        )

    def _on_short(self, name: str) -> None:
        option = self._option()
        if option is None or name == option.name:
            return
        taken = {other.name for other in self.document.base.options}
        if not name or name in taken:
            self.problem.say(
                self.tr("Another option is called {name}.").format(name=name)
                if name
                else self.tr("An option needs a name.")
            )
            return
        self._rename(option, Option(name, option.title, option.changes, option.notes))
        self._select(name)

    def _on_long(self, title: str) -> None:
        option = self._option()
        if option is not None and title != option.title:
            self._rename(option, Option(option.name, title, option.changes, option.notes))

    def _rename(self, old: Option, new: Option) -> None:
        shown = self.document.option == old.name
        place = self.document.base.options.index(old)
        self.document.edit_whole(
            self.tr("Rename option"),
            lambda a: with_option(a, old.name, new),
            merge_key=f"option {place}",
        )
        if shown:
            self.document.choose_option(new.name)

    def _on_open(self) -> None:
        variant = self.selected()
        if variant is not None and not variant.key.startswith(_FILE):
            self.document.choose_option(variant.key or None)
            self.go_to.emit("overview")

    def _on_add_file(self) -> None:
        folder = self.document.path.parent if self.document.path is not None else Path.home()
        path = messages.open_file(self, self.tr("Compare with a file"), folder, _FILTER)
        if path is None:
            return
        from workbench.definitions.reader import open_agreement

        try:
            text = open_agreement(path).agreement
        except WorkbenchError as error:
            messages.show_error(self, str(error))
            return
        key = f"{_FILE}{path}"
        self._files[key] = text
        self.refresh()
        self._select(key)
        self.show_figures()
