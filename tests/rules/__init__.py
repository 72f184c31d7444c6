"""The law, tested: tables of cases, worked fair notice, and a machine that looks for a way around it."""
