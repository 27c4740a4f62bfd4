"""What must not leave does not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.workbench.termsheet import readers
from workbench.model.agreement import Agreement, Suppressed
from workbench.termsheet.build import build
from workbench.termsheet.content import Table
from workbench.termsheet.export import Format, render
from workbench.termsheet.request import Audience, Request, without_notes
from workbench.termsheet.templates import Template


@pytest.mark.parametrize("kind", list(Format))
def test_nothing_internal_leaves_for_partners(
    kind: Format, agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    inside = make_request(agreement, template_name="full")
    assert b"SECRET" in readers.every_byte(render(inside, kind).content)
    outside = replace(inside, audience=Audience.PARTNERS)
    found = readers.every_byte(render(outside, kind).content)
    assert b"SECRET" not in found
    assert readers.squeezed(inside.language.say("section-findings")).encode() not in found
    assert inside.language.say("section-findings").encode() not in found


@pytest.mark.parametrize("kind", list(Format))
def test_findings_set_aside_are_apart_for_own_use_and_never_for_partners(
    kind: Format, agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    found = make_request(agreement).evaluation.findings
    assert len(found) > 1
    aside = replace(
        agreement, suppressed=(Suppressed(found[0].id, found[0].about, "QUIETLY agreed"),)
    )
    inside = make_request(aside, template_name="full")
    title = inside.language.say("table-findings-aside")
    (tables,) = (
        [block for block in section.blocks if isinstance(block, Table)]
        for section in build(inside).sections
        if section.name == "findings"
    )
    assert [len(table.rows) for table in tables] == [len(found) - 1, 1]
    assert b"QUIETLY" in readers.every_byte(render(inside, kind).content)
    shown = replace(inside, audience=Audience.PARTNERS, template=_shown_to_all(inside.template))
    content = readers.every_byte(render(shown, kind).content)
    assert b"QUIETLY" not in content
    assert title.encode() not in content
    assert inside.language.say("table-findings").encode() in content


def _shown_to_all(one: Template) -> Template:
    sections = tuple(replace(section, internal=False) for section in one.sections)
    return replace(one, sections=sections)


def test_sections_left_out_are_nowhere(
    agreement: Agreement, make_request: Callable[..., Request]
) -> None:
    request = make_request(agreement, left_out=frozenset({"commitments"}))
    for kind in Format:
        assert b"labour rights at every" not in readers.every_byte(render(request, kind).content)


def test_bare_text_has_no_note_anywhere(agreement: Agreement) -> None:
    assert "SECRET" in str(agreement)
    assert "SECRET" not in str(without_notes(agreement))
