"""What is written is read back the same, whatever an agreement holds."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.definitions.reader import open_agreement
from workbench.definitions.writer import write_text
from workbench.model.agreement import Agreement


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(agreement=st.from_type(Agreement))
def test_any_agreement_survives_writing_and_opening(
    agreement: Agreement, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "any.yaml"
    text = write_text(agreement)
    path.write_bytes(text.encode())
    opened = open_agreement(path).agreement
    assert opened == agreement
    assert write_text(opened) == text
