"""Numbers of tables and pictures, the same in every format."""

from workbench.termsheet.content import Change, Picture, Table, Words


class Labels:
    """Counts tables and pictures as they are met; what is deleted has no number."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._tables = 0
        self._pictures = 0

    def table(self, table: Table) -> str:
        """The label before a table's caption: "Table 3. "."""
        if table.change is Change.DELETED:
            return ""
        self._tables += 1
        return f"{self._words.table} {self._tables}. "

    def picture(self, picture: Picture) -> str:
        """The label before a picture's caption: "Figure 2. "."""
        if picture.change is Change.DELETED:
            return ""
        self._pictures += 1
        return f"{self._words.figure} {self._pictures}. "
