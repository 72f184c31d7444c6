"""Tests mirror the source; `test_house.py` keeps the house, `bench/` measures it."""
