"""Looks an installation over and says what is wrong and what to do; it changes nothing (DESIGN 5)."""
