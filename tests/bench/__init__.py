"""Measures the bars of DESIGN 8 beside a reference in the same run; it reports, it does not judge."""
