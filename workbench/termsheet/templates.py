"""Templates: which sections a document has, in which order and under which titles.

A template is a YAML file in agreements/templates or in the folder `templates` among the user's own
files, which counts first where both share a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.definitions.folders import SHIPPED, is_name
from workbench.errors import DefinitionError
from workbench.termsheet.plain_files import mapping_of, read_plain, text_of

BODY = (
    "summary",
    "partners",
    "coverage",
    "origin",
    "commitments",
    "incentives",
    "institutions",
    "evaluation",
    "options",
    "findings",
)
ANNEXES = ("lanes", "tariff-lines", "parameters", "sources", "gaps", "method", "definitions")
SECTIONS = (*BODY, *ANNEXES)
"""Every section there is."""

DEFAULT = "full"
_KEYS = ("format", "title", "sections", "landscape", "compact")
_SECTION_KEYS = ("section", "title", "internal", "brief")
_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """A section of a template.

    Attributes:
        titles: by language; where the language is not there the section's own words stand.
        internal: never in an export for partners.
        brief: only what a page has room for.
    """

    name: str
    titles: tuple[tuple[str, str], ...] = ()
    internal: bool = False
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of document."""

    name: str
    titles: tuple[tuple[str, str], ...]
    sections: tuple[TemplateSection, ...]
    landscape: bool = False
    compact: bool = False

    def title(self, language: str) -> str:
        """Its title in a language, else in the first it has."""
        return dict(self.titles).get(language) or self.titles[0][1]

    @property
    def needs_options(self) -> bool:
        """Whether it shows every option beside the base text."""
        return any(section.name == "options" for section in self.sections)


def templates(user_folder: Path | None = None) -> tuple[str, ...]:
    """Names of the templates on hand."""
    return tuple(_files(user_folder))


def template(name: str, user_folder: Path | None = None) -> Template:
    """The template of a name.

    Raises:
        DefinitionError: there is none, or it is broken.
    """
    files = _files(user_folder)
    if name not in files:
        known = ", ".join(files)
        raise DefinitionError(f"There is no template '{name}'; there are: {known}.")
    return read_template(files[name])


def read_template(path: Path) -> Template:
    """A template from its file.

    Raises:
        DefinitionError: it is broken.
    """
    where = str(path)
    data = mapping_of(read_plain(path), where)
    _check_keys(data, _KEYS, where)
    if data.get("format") != _FORMAT:
        raise DefinitionError(f"{where}: the format is not known; write 'format: {_FORMAT}'.")
    sections = data.get("sections")
    if not isinstance(sections, list) or not sections:
        raise DefinitionError(
            f"{where}: 'sections' lists what the document holds; name at least one."
        )
    found = tuple(_section(entry, where) for entry in sections)
    names = [section.name for section in found]
    for name in names:
        if names.count(name) > 1:
            raise DefinitionError(f"{where}: the section '{name}' stands twice; take one out.")
    titles = _titles(data.get("title", ""), where)
    if not titles:
        raise DefinitionError(f"{where}: 'title' is missing; write 'title: …'.")
    return Template(
        name=path.stem,
        titles=titles,
        sections=found,
        landscape=_flag(data, "landscape", where),
        compact=_flag(data, "compact", where),
    )


def _files(user_folder: Path | None) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for root in (user_folder, SHIPPED):
        folder = root / "templates" if root is not None else None
        if folder is None or not folder.is_dir():
            continue
        for path in sorted(folder.glob("*.yaml")):
            if is_name(path.stem) and path.resolve().is_relative_to(folder.resolve()):
                found.setdefault(path.stem, path)
    return dict(sorted(found.items(), key=lambda item: (item[0] != DEFAULT, item[0])))


def _section(entry: object, where: str) -> TemplateSection:
    if isinstance(entry, str):
        entry = {"section": entry}
    data = mapping_of(entry, where)
    _check_keys(data, _SECTION_KEYS, where)
    name = text_of(data, "section", where)
    if name not in SECTIONS:
        raise DefinitionError(
            f"{where}: '{name}' is not a section; use one of {', '.join(SECTIONS)}."
        )
    return TemplateSection(
        name,
        _titles(data.get("title", ""), where),
        _flag(data, "internal", where),
        _flag(data, "brief", where),
    )


def _titles(value: object, where: str) -> tuple[tuple[str, str], ...]:
    if isinstance(value, str):
        return (("en", value),) if value else ()
    return tuple((key, str(text)) for key, text in mapping_of(value, where).items())


def _flag(data: Mapping[str, object], key: str, where: str) -> bool:
    value = data.get(key, "false")
    if value not in ("true", "false"):
        raise DefinitionError(f"{where}: '{key}' is true or false.")
    return value == "true"


def _check_keys(data: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for key in data:
        if key not in known:
            raise DefinitionError(
                f"{where}: '{key}' is not a key of a template; use one of {', '.join(known)}."
            )
