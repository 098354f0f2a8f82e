"""The sticker: shown as printed, found as typed by cold hands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identifier import normalised, printed_on, written_forms
from tests.samples import an_evse


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("NL*CIT*E201*1", "N1C1TE2011"),
        ("nl cit e201 1", "N1C1TE2011"),
        ("NL-CIT-E201-1", "N1C1TE2011"),
        ("NLCITE2O1I", "N1C1TE2011"),
        ("  e201l\n", "E2011"),
        ("№ 7\u200b", "7"),
        ("***", ""),
        ("", ""),
    ],
)
def test_case_marks_spaces_and_look_alikes_do_not_count(typed, normal):
    assert normalised(typed) == normal


@given(st.text(max_size=60))
def test_anything_typed_becomes_plain_letters_and_digits_once_and_for_all(typed):
    normal = normalised(typed)
    assert normal.isascii()
    assert normal == "" or normal.isalnum()
    assert normalised(normal) == normal
    assert not set(normal) & set("OIL")


@pytest.mark.parametrize(
    ("reference", "evse_id", "printed"),
    [
        ("Bay 4", "NL*CIT*E201*1", "Bay 4"),
        (None, "NL*CIT*E201*1", "NL*CIT*E201*1"),
        ("", "NL*CIT*E201*1", "NL*CIT*E201*1"),
        (None, None, None),
    ],
)
def test_the_sticker_is_the_physical_reference_else_the_evse_id_and_never_the_technical_one(
    reference, evse_id, printed
):
    assert printed_on(an_evse(physical_reference=reference, evse_id=evse_id)) == printed


def test_a_charge_point_is_found_by_either_form_and_by_each_once():
    assert written_forms(an_evse(physical_reference="4", evse_id="nl*cit*4")) == ("N1C1T4", "4")
    assert written_forms(an_evse(physical_reference="NL-CIT-4", evse_id="nl*cit*4")) == ("N1C1T4",)
    assert written_forms(an_evse(physical_reference="--", evse_id=None)) == ()
