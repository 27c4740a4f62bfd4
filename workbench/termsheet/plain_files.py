"""Small YAML files as plain texts, lists and mappings: what templates and words are made of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.definitions.nodes import Mapping as MappingNode
from workbench.definitions.nodes import Node, Scalar, decode, yaml_nodes
from workbench.errors import DefinitionError

Plain = str | list[Any] | dict[str, Any]


def read_plain(path: Path) -> Plain:
    """A file as texts, lists and mappings; every scalar stays text.

    Raises:
        DefinitionError: it cannot be read, or is not plain YAML.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DefinitionError(f"{path}: the file cannot be read ({reason}).") from None
    return _plain(yaml_nodes(decode(raw, str(path)), str(path)), path)


def _plain(node: Node, path: Path) -> Plain:
    if isinstance(node, Scalar):
        return node.text
    if not isinstance(node, MappingNode):
        return [_plain(item, path) for item in node.items]
    result: dict[str, Any] = {}
    for key, value in node.entries:
        if key.text in result:
            raise DefinitionError(
                f"{path}:{key.line}: '{key.text}' stands twice; take one of them out."
            )
        result[key.text] = _plain(value, path)
    return result


def mapping_of(value: Any, where: str) -> Mapping[str, Any]:
    """A mapping.

    Raises:
        DefinitionError: it is something else.
    """
    if not isinstance(value, dict):
        raise DefinitionError(f"{where}: keys with values are expected; write 'key: value'.")
    return value


def text_of(data: Mapping[str, Any], key: str, where: str) -> str:
    """The text of a key.

    Raises:
        DefinitionError: it is not there, or is no text.
    """
    value = data.get(key)
    if not isinstance(value, str):
        raise DefinitionError(f"{where}: '{key}' is missing or is no text; write '{key}: …'.")
    return value


def texts_of(data: Mapping[str, Any], key: str, where: str) -> list[str]:
    """The list of texts of a key.

    Raises:
        DefinitionError: it is not there, or is no list of texts.
    """
    value = data.get(key)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DefinitionError(f"{where}: '{key}' is a list of texts; write '{key}: [a, b]'.")
    return value
