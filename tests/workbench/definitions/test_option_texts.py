"""Whatever is edited in an option, the option says it and the rest stays as it was."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.agreement import Agreement, Option
from workbench.model.option_edits import with_base_promoted, with_option_text


def _with_options(base: Agreement) -> Agreement:
    changes = base.options[0].changes if base.options else ()
    return replace(base, options=(Option("B", "one", changes), Option("C", "other")))


@settings(max_examples=60)
@given(st.from_type(Agreement), st.from_type(Agreement))
def test_the_text_of_an_option_is_what_was_edited(base: Agreement, text: Agreement) -> None:
    base = _with_options(base)
    text = replace(text, options=base.options, suppressed=base.suppressed)
    edited = with_option_text(base, "B", text)
    assert edited.with_option("B") == replace(text, options=edited.options)
    assert replace(edited, options=()) == replace(base, options=())
    assert edited.option("C") == base.option("C")
    back = with_option_text(edited, "B", replace(base, options=edited.options))
    assert replace(back.with_option("B"), options=()) == replace(base, options=())


@settings(max_examples=40)
@given(st.from_type(Agreement), st.from_type(Agreement))
def test_promoting_an_option_loses_nothing(base: Agreement, text: Agreement) -> None:
    base = _with_options(base)
    text = replace(text, options=base.options, suppressed=base.suppressed)
    edited = with_option_text(base, "C", text)
    promoted = with_base_promoted(edited, "B", "before")
    for name, told in (("B", edited), ("C", edited.with_option("C"))):
        assert replace(promoted.with_option(name), options=()) == replace(told, options=())
    assert replace(promoted, options=()) == replace(edited.with_option("B"), options=())
