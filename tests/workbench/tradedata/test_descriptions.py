from workbench.tradedata.descriptions import describe


def test_a_code_is_described_at_each_level() -> None:
    assert describe("85").startswith("Electrical machinery")
    assert "permanent magnets" in describe("8505")
    assert "of metal" in describe("850511")


def test_a_national_line_takes_the_words_of_its_subheading() -> None:
    assert describe("85051100") == describe("850511")


def test_a_code_of_an_older_edition_takes_the_words_above() -> None:
    assert describe("854140", "HS2017") == f"{describe('8541')} (code of HS2017)"


def test_no_words_for_what_is_no_product() -> None:
    assert describe("770000") == ""
