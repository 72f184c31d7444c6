"""The verbs people type and press: each asks one rule and saves; none knows Slack or SQL."""
