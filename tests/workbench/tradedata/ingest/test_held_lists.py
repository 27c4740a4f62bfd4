"""Lists of products of the database in the edition of an agreement."""

from workbench.tradedata.held_lists import HeldList, Turned, held_lists, listed_products, ranges


def test_a_list_is_offered_whole_and_in_parts(bring, opened, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("hts_prefix,annex\n850511,a\n850519,a\n7308200035,b\n")
    bring(path)
    found = held_lists(opened())
    assert [(each.name, each.part, each.edition, each.codes) for each in found] == [
        ("mine", "", "HS2022", 3),
        ("mine", "a", "HS2022", 2),
        ("mine", "b", "HS2022", 1),
    ]
    whole = listed_products(opened(), found[0], "HS2022")
    assert [str(each) for each in whole.products] == ["7308.20.00.35", "8505.11-8505.19"]
    assert whole.count(Turned.SAME) == 3
    assert whole.source == "mine (mine HS2022, mine.csv)"
    assert whole.marks == ""
    part = listed_products(opened(), found[2], "HS2022")
    assert [str(each) for each in part.products] == ["7308.20.00.35"]


def test_codes_of_another_edition_are_turned_and_marked(bring, opened, tmp_path):
    path = tmp_path / "old.csv"
    # 8541.40 of HS2017 became several, 0101.21 kept its number, 8505.98 never was.
    path.write_text("HS 2017,BEC,Relationship\n010121,x,1:1\n854140,x,1:1\n85059811,x,1:1\n")
    bring(path)
    (held,) = held_lists(opened())
    assert held.edition == "HS2017"
    found = listed_products(opened(), held, "HS2022")
    by_code = {code.stated: code for code in found.codes}
    assert by_code["010121"].turned is Turned.SAME
    assert by_code["010121"].codes == ("010121",)
    several = by_code["854140"]
    assert several.turned is Turned.SEVERAL
    assert {"854141", "854142", "854143", "854149"} <= set(several.codes)
    assert by_code["85059811"].turned is Turned.UNKNOWN
    assert "turned from HS2017 into HS2022 by concordance" in found.source
    assert found.marks == "became several: 854140; not in the edition: 85059811"


def test_a_successor_of_more_than_the_list_is_marked(bring, opened, tmp_path):
    path = tmp_path / "newer.csv"
    # Going back from HS2022, 8541.41 is a part of 8541.40 only; a line stands for its subheading.
    path.write_text("HS 2022,BEC,Relationship\n854141,x,1:1\n8505110010,x,1:1\n")
    bring(path)
    (held,) = held_lists(opened())
    found = listed_products(opened(), held, "HS2017")
    by_code = {code.stated: code for code in found.codes}
    assert by_code["854141"].codes == ("854140",)
    assert by_code["854141"].turned is Turned.WIDER
    assert by_code["8505110010"].codes == ("850511",)
    assert by_code["8505110010"].turned is Turned.SUBHEADING
    assert [str(each) for each in found.products] == ["8505.11", "8541.40"]


def test_ranges_are_whole_headings_and_neighbours():
    every = ["010121", "010129", "010130", "010210", "020110", "020120", "020210"]
    assert [str(r) for r in ranges({"010121", "010129", "020110", "020120"}, every)] == [
        "0101.21-0101.29",
        "0201",
    ]
    assert [str(r) for r in ranges({*every[:4], "01012110"}, every)] == ["01"]
    assert [str(r) for r in ranges({"0101", "010129", "020210"}, every)] == ["0101", "0202"]
    assert ranges(set(), every) == ()


def test_a_list_that_is_gone_has_no_products(opened):
    gone = HeldList("mine", "", "HS2022", 3, "mine HS2022, mine.csv")
    assert listed_products(opened(), gone, "HS2022").products == ()
