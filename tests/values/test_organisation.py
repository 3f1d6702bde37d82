"""Four kinds of code for two kinds of thing."""

import pytest

from registry.values.organisation import GPCode, is_cipher, is_partner_code, link_code


@pytest.mark.parametrize(("cipher", "code"), [("XX1", "XX11"), ("KC", "KC01"), ("SO", "SO01")])
def test_an_authoritys_link_code(cipher: str, code: str):
    assert is_cipher(cipher) and link_code(cipher) == code


@pytest.mark.parametrize("written", ["4826940,281", "8880232,G82697", " 9990374,plp594 "])
def test_a_gp_code_is_gmc_number_and_local_code(written: str):
    assert str(GPCode.parse(written)) == written.strip().upper()


@pytest.mark.parametrize("written", ["4826940", "482694,281", "4826940;281", "4826940,", "4826940,1234567", ""])
def test_what_is_no_gp_code(written: str):
    assert GPCode.parse(written) is None


def test_a_partner_code_has_four_characters():
    assert is_partner_code("TES5") and not is_partner_code("TES") and not is_partner_code("tes5")
