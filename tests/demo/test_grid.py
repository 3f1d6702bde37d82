"""The demonstration office lies somewhere: its practices and its people's homes have places, near each other."""

from math import dist

from registry.demo.grid import place_of
from registry.demo.places import NEIGHBOURHOODS
from registry.demo.practices import demonstration_practices


def test_every_neighbourhood_has_a_place_and_nothing_else_has():
    assert all(place_of(f"{outward} 3AB") for outward in NEIGHBOURHOODS)
    assert place_of("ZZ99 3VZ") is None and place_of("") is None and place_of("AB1 2CD") is None


def test_a_postcode_is_always_in_the_same_place_on_the_grid():
    assert place_of("zx11aa") == place_of("ZX1 1AA")
    for outward in NEIGHBOURHOODS:
        for inward in ("1AA", "9ZZ", "4QP"):
            easting, northing = place_of(f"{outward} {inward}") or (-1, -1)
            assert 0 <= easting <= 700_000 and 0 <= northing <= 1_300_000


def test_people_live_nearer_to_their_own_practice_than_to_one_far_away():
    premises = {each.ods_code: place_of(each.address.postcode or "") for each in demonstration_practices()}
    home, own, far = place_of("ZX7 4BD"), premises["Y90003"], premises["Y90005"]
    assert home and own and far and dist(home, own) < 5_000 < 20_000 < dist(home, far)
