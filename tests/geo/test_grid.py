"""The grid promises: nothing within 300 m of a report is ever looked for in the wrong cell."""

import math

from geopy.distance import geodesic
from hypothesis import assume, given
from hypothesis import strategies as st

from app.geo.grid import CELL_M, cell_of, cells_around, degree_m, metres

city_lat = st.floats(-0.2, 0.5)
city_lon = st.floats(117.0, 118.0)
lat = st.floats(-89.0, 89.0)
lon = st.floats(-180.0, 180.0)
bearing = st.floats(0, 2 * math.pi)


@given(city_lat, city_lon, city_lat, city_lon)
def test_metres_agree_with_the_geodesic_in_and_around_the_city(lat_a, lon_a, lat_b, lon_b):
    truth = geodesic((lat_a, lon_a), (lat_b, lon_b)).m
    assert abs(metres(lat_a, lon_a, lat_b, lon_b) - truth) <= 0.001 * truth + 0.01


@given(lat, lon, bearing, st.floats(0, CELL_M))
def test_every_point_within_300_m_lies_in_one_of_the_nine_cells(here_lat, here_lon, towards, away):
    lat_m, lon_m = degree_m(here_lat)
    there_lat = here_lat + math.cos(towards) * away / lat_m
    there_lon = (here_lon + math.sin(towards) * away / lon_m + 180.0) % 360.0 - 180.0
    assume(geodesic((here_lat, here_lon), (there_lat, there_lon)).m <= CELL_M)
    assert cell_of(there_lat, there_lon) in cells_around(here_lat, here_lon)


@given(city_lat, city_lon)
def test_there_are_nine_cells_and_the_own_one_is_among_them(here_lat, here_lon):
    cells = cells_around(here_lat, here_lon)
    assert len(cells) == 9
    assert cell_of(here_lat, here_lon) in cells


@given(st.floats(-90.0, 90.0), lon)
def test_a_cell_is_a_positive_integer_anywhere_on_earth(here_lat, here_lon):
    assert 0 <= cell_of(here_lat, here_lon) < 2**35
    assert 1 <= len(cells_around(here_lat, here_lon)) <= 9


@given(city_lat, city_lon)
def test_two_points_of_one_cell_are_never_further_apart_than_its_diagonal(here_lat, here_lon):
    lat_m, lon_m = degree_m(here_lat)
    far = (here_lat + 1.01 * CELL_M / lat_m, here_lon + 1.01 * CELL_M / lon_m)
    assert cell_of(*far) != cell_of(here_lat, here_lon)
