"""Fitting the claiming parameters: known parameters come back, real claims are matched."""

import csv
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from workbench.analysis.calibration import (
    Calibration,
    ClaimingFit,
    calibrate,
    default_fit,
)
from workbench.analysis.calibration_report import calibration_data, shortcomings, told
from workbench.analysis.claiming import ClaimingParameters, LaneTerms, claim
from workbench.analysis.observed_claims import (
    AD_VALOREM,
    ObservedClaims,
    database_claims,
    read_claims,
    shipped_claims,
)
from workbench.analysis.rule_terms import Leaf
from workbench.cli import main
from workbench.errors import DefinitionError, TradeDataError
from workbench.model.commitments import Parameters, parameter_sources
from workbench.tradedata.database import TradeDatabase
from workbench.tradedata.extra_duties import EXTRA_DUTIES, ExtraDuty, extra_duty
from workbench.tradedata.ingest.loader import import_files

TRUE_CLAIMS = (
    Path(__file__).parents[4]
    / "shared"
    / "data"
    / "us-usmca-utilisation-2025"
    / "usmca_utilisation_2025_monthly_canada.csv.gz"
)


def made(
    ratio: float, sigma: float, never: float, *, spread: float = 0.0, seed: int = 0
) -> ObservedClaims:
    """Claims that follow the model, with chapters off by `spread` on average."""
    chance = np.random.default_rng(seed)
    margin = np.tile(np.geomspace(0.0005, 0.4, 30), 40)
    group = np.repeat([f"{n:02d}" for n in range(1, 41)], 30).astype(object)
    off = np.repeat(chance.normal(0, spread, 40), 30)
    share = (1 - never) * ndtr((np.log(margin) - np.log(ratio)) / sigma) + off
    rows = len(margin)
    return ObservedClaims(
        group=group,
        month=np.tile(np.array(["2025-01", "2025-02"], dtype=object), rows // 2),
        kind=np.full(rows, AD_VALOREM, dtype=object),
        margin=margin,
        extra=np.zeros(rows),
        relief=np.zeros(rows),
        value_usd=chance.lognormal(10, 1, rows),
        claimed_share=np.clip(share, 0, 1),
        source="made by the model",
    )


@pytest.fixture(scope="module")
def canada() -> Calibration:
    return calibrate(shipped_claims())


@given(ratio=st.floats(0.0008, 0.02), sigma=st.floats(0.6, 2.5), never=st.floats(0.02, 0.3))
@settings(max_examples=20, deadline=None)
def test_exact_claims_give_their_parameters_back(ratio: float, sigma: float, never: float) -> None:
    found = calibrate(made(ratio, sigma, never))
    assert found.fit.cost_ratio == pytest.approx(ratio, rel=1e-3)
    assert found.fit.sigma == pytest.approx(sigma, rel=1e-3)
    assert found.fit.never_claims_share == pytest.approx(never, abs=1e-3)
    assert found.errors["in_sample"] == pytest.approx(0, abs=1e-5)
    assert found.errors["out_of_sample"] == pytest.approx(0, abs=1e-5)


def test_standard_errors_cover_the_truth_as_often_as_they_should() -> None:
    truth = np.array([0.004, 1.2, 0.15])
    away = []
    for seed in range(40):
        found = calibrate(made(*truth, spread=0.02, seed=seed))
        fit = np.array([found.fit.cost_ratio, found.fit.sigma, found.fit.never_claims_share])
        away.append(np.abs(fit - truth) / np.array(found.standard_errors))
    share = (np.array(away) < 2).mean()
    assert 0.85 < share < 1  # 95 per cent, give or take


def test_the_fit_is_what_the_kernel_claims() -> None:
    fit = ClaimingFit(0.004, 1.3, 0.07)
    gain = np.array([0.001, 0.01, 0.1])
    nothing = np.zeros(3)
    lanes = LaneTerms(np.ones(3), gain, nothing, nothing + 0.4, nothing + 0.4, nothing + 1, gain)
    any_good = Leaf(nothing, nothing, np.ones(3, dtype=bool))
    parameters = ClaimingParameters(
        sigma=1.3, fixed_cost_usd=0.004 * 50_000, never_claims_share=0.07
    )
    claims = claim(lanes, any_good, parameters)
    assert claims.utilisation == pytest.approx(fit.utilisation(gain), rel=1e-6)
    assert claims.exposure == pytest.approx([0.4] * 3)  # who does not claim exposes nobody


def test_scale_of_trade_and_order_of_rows_do_not_matter() -> None:
    claims = made(0.003, 1.1, 0.1, spread=0.03)
    order = np.random.default_rng(1).permutation(len(claims.margin))
    turned = ObservedClaims(
        claims.group[order],
        claims.month[order],
        claims.kind[order],
        claims.margin[order],
        claims.extra[order],
        claims.relief[order],
        claims.value_usd[order] * 1e6,
        claims.claimed_share[order],
        "turned",
    )
    one, other = calibrate(claims), calibrate(turned)
    assert other.fit.cost_ratio == pytest.approx(one.fit.cost_ratio, rel=1e-5)
    assert other.errors["out_of_sample"] == pytest.approx(one.errors["out_of_sample"], rel=1e-4)
    assert other.standard_errors == pytest.approx(one.standard_errors, rel=1e-3)


def test_canada_is_matched_on_chapters_and_months_the_fit_has_not_seen(
    canada: Calibration,
) -> None:
    errors = canada.errors
    assert errors["in_sample"] is not None
    assert errors["in_sample"] < 0.03
    assert errors["out_of_sample"] is not None
    assert errors["out_of_sample"] <= 0.03
    assert errors["out_of_sample_by_extra"] is not None
    assert errors["out_of_sample_by_extra"] <= 0.03
    assert errors["out_of_sample_by_extra"] >= errors["out_of_sample"]
    assert errors["group_by_group"] is not None
    assert errors["group_by_group"] > 0.05


def test_canada_in_january_and_february(canada: Calibration) -> None:
    before = {band.low: band.observed for band in canada.bands_by_extra if band.extra == 0}
    assert before[0.02] == pytest.approx(0.85, abs=0.01)
    assert before[0.20] > 0.99


def test_the_defaults_are_within_two_standard_errors(canada: Calibration) -> None:
    default = default_fit()
    assert (default.cost_ratio, default.sigma, default.never_claims_share) == (0.005, 1.5, 0.0)
    pairs = zip(
        (canada.fit.cost_ratio, canada.fit.sigma, canada.fit.never_claims_share),
        (default.cost_ratio, default.sigma, default.never_claims_share),
        canada.standard_errors,
        strict=True,
    )
    for estimate, value, error in pairs:
        assert abs(estimate - value) < 2 * error
    assert canada.errors["default_without_extra"] is not None
    assert canada.errors["default_without_extra"] < 0.03


def test_where_one_set_of_parameters_fails_is_said(canada: Calibration) -> None:
    data = calibration_data(canada)
    crude = next(c for c in canada.checks if c.what == "crude oil" and c.extra == 0)
    assert crude.observed == pytest.approx(0.19, abs=0.01)
    assert not told(crude)
    assert any("crude oil" in note and "fails" in note for note in data["notes"])
    assert not any(c.what == "free" and c.extra == 0 for c in canada.checks)


def test_bands_add_up_to_the_errors_printed(canada: Calibration) -> None:
    for bands, error in (
        (canada.bands, canada.errors["in_sample"]),
        (canada.bands_by_extra, canada.errors["in_sample_by_extra"]),
    ):
        trade = sum(band.value_usd for band in bands)
        missed = sum(band.value_usd * abs(band.observed - band.predicted) for band in bands)
        assert missed / trade == pytest.approx(error, rel=1e-9)


def test_extra_duties_have_sources_and_hold_for_whole_months() -> None:
    assert all(duty.source for duty in EXTRA_DUTIES)
    assert extra_duty("39269099", 2025, 2) == 0
    assert extra_duty("39269099", 2025, 3) is None  # began within the month
    assert extra_duty("39269099", 2025, 4) == 0.25
    assert extra_duty("39269099", 2025, 8) == 0.35
    assert extra_duty("27090010", 2025, 4) == 0.10
    assert extra_duty("87032301", 2025, 3) is None
    assert extra_duty("72081000", 2025, 12) is None
    assert EXTRA_DUTIES[0].start == date(2025, 3, 12)
    ended = ExtraDuty(date(2025, 1, 1), date(2025, 4, 15), 0.5, (), "ended within the month")
    assert extra_duty("39269099", 2025, 3, (ended,)) == 0.5
    assert extra_duty("39269099", 2025, 4, (ended,)) is None


def _write(path: Path, head: str, rows: list[str]) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def test_a_file_is_fitted_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = made(0.004, 1.4, 0.0)
    path = tmp_path / "claims.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["product", "economy", "margin", "value", "claimed"])
        for group, margin, value, share in zip(
            claims.group, claims.margin, claims.value_usd, claims.claimed_share, strict=True
        ):
            out.writerow([f"{group}0110", "CAN", margin, value, share])
    assert main(["calibrate", str(path), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["parameters"]["fixed_cost"] == pytest.approx(200, rel=0.01)
    assert data["parameters"]["consignment"] == 50_000
    assert data["parameters"]["sigma"] == pytest.approx(1.4, rel=0.01)
    assert data["standard_errors"]["consignment"] is None
    assert data["standard_errors"]["never_claims_share"] is None  # at its bound
    assert data["bands"][-1]["to"] is None
    assert data["error_in_sample"] == pytest.approx(0, abs=1e-4)
    assert data["error_out_of_sample"] == pytest.approx(0, abs=1e-4)


def test_the_shipped_claims_need_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate"]) == 0
    printed = capsys.readouterr().out
    assert "out of sample" in printed
    assert "percentage points" in printed
    assert "fails for crude oil" in printed
    assert "Executive Order 14325" in printed


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["8507,CAN,0.02,100,1.5"], ":2: claimed is '1.5'"),
        (["8507,CAN,two,100,0.5"], ":2: margin is 'two'"),
        (["8507,CAN,0.02,-1,0.5"], ":2: value is '-1'"),
        (["8507,CAN,0.02,,0.5"], ":2: value or claimed is blank"),
        ([",CAN,0.02,100,0.5"], ":2: there is no product"),
        (["8507,CAN,,100,0.5"], "no row with a margin"),
        (["8507,CAN,0.02,100,0.5"], "fewer than four different margins"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, rows: list[str], words: str) -> None:
    path = _write(tmp_path / "claims.csv", "product,economy,margin,value,claimed", rows)
    with pytest.raises(DefinitionError) as error:
        calibrate(read_claims(path))
    assert words in str(error.value)


def test_a_missing_column_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path / "claims.csv", "product,economy,margin,value", ["8507,CAN,0.02,1"])
    assert main(["calibrate", str(path)]) == 2
    assert "no column 'claimed'" in capsys.readouterr().err
    assert main(["calibrate", str(tmp_path / "none.csv")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_one_chapter_cannot_be_left_out(tmp_path: Path) -> None:
    rows = [f"850{n % 8 + 1},CAN,{0.01 * (n + 1)},100,{0.5 + 0.04 * n}" for n in range(10)]
    path = _write(tmp_path / "claims.csv", "product,economy,margin,value,claimed", rows)
    found = calibrate(read_claims(path))
    assert found.errors["out_of_sample"] is None
    assert "one chapter" in found.why_no_test


def test_a_database_without_claims_says_what_to_do(starter_file: Path) -> None:
    with TradeDatabase(starter_file) as database, pytest.raises(TradeDataError, match="import"):
        database_claims(database)


def test_claims_imported_by_the_user_are_fitted(starter_file: Path, tmp_path: Path) -> None:
    if not TRUE_CLAIMS.is_file():
        pytest.skip("the true samples of ../shared/data are not here")
    path = tmp_path / "trade.sqlite"
    shutil.copy(starter_file, path)
    import_files([TRUE_CLAIMS], path)
    with TradeDatabase(path) as database:
        found = calibrate(database_claims(database))
    assert found.errors["out_of_sample"] is not None
    assert found.errors["out_of_sample"] <= 0.03


def test_the_sources_of_defaults_say_what_the_calibration_says(canada: Calibration) -> None:
    errors, sources = canada.errors, parameter_sources(Parameters())
    before, alone = errors["default_without_extra"], errors["default"]
    by_group, never = errors["group_by_group"], canada.fit.never_claims_share
    assert before is not None
    assert alone is not None
    assert by_group is not None
    assert f"to {before * 100:.1f} points" in sources["sigma"]
    assert f"{alone * 100:.1f} points over all months" in sources["sigma"]
    assert (
        f"{never * 100:.1f} % (standard error {canada.standard_errors[2] * 100:.1f} points)"
        in (sources["never_claims_share"])
    )
    high = [band for band in canada.bands if band.low >= 0.075]
    assert f"by {by_group * 100:.0f} points chapter by chapter" in sources["fixed_cost"]
    assert {round(band.predicted * 100) for band in high} == {93}
    assert "93 % at margins from 7.5 %" in sources["fixed_cost"]
    observed = [round(band.observed * 100) for band in high]
    assert f"{min(observed)} to {max(observed)} % claims" in sources["fixed_cost"]


def test_shortcomings_are_told_plainly(canada: Calibration) -> None:
    said = shortcomings(canada)
    assert len(said) == 4
    assert said[0].startswith("The defaults are off by 4.9 points over all rows, against 2.3")
    assert said[1] == (
        "By the fit 5.9% of trade never claims (standard error 3.3 points), by default 0%."
    )
    assert said[2].endswith("the fit is off by 8.0 points.")
    assert said[3] == ("From margins of 7.5% on, 96% to 99% of trade claims, and 93% by the fit.")
    assert set(said) <= set(calibration_data(canada)["notes"])
    assert calibration_data(canada)["shortcomings"] == list(said)
    perfect = tuple(replace(band, predicted=band.observed) for band in canada.bands)
    assert len(shortcomings(replace(canada, bands=perfect))) == 3
