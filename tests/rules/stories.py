"""What happens to a candidate on its way, as words the machine understands; some of it has been tried before."""

from __future__ import annotations

LEADS = [0, 20, 300, 1500, "180", "20", "1"]
"""Minutes that pass before the next turn; in quotes: until so long before the release time."""
TURNS = """deliver, deliver dead, outage 3, outage 45, outage 600, pending, judged, judged guest, everybody,
    deactivated pat, deactivated olga, leaves pat, returns pat, returns olga, leaves sam, leaves kim, halt sam, lift sam, revoke sam,
    assert sam, assert pat, sooner rae, tomorrow rae, extend pat, hotfix rae, go rae, lift rae,
    halt rae, assert rae, deploying rae""".replace("\n   ", "").split(", ")
KNOWN_LEADS = [20, 300, "180", "1"]
KNOWN = [
    ("prompt", "everybody", "sooner rae"),
    ("prompt", "everybody", "pending", "go rae"),
    ("prompt", "everybody", "extend pat", "go rae"),
    ("prompt", "extend pat", "sooner rae"),
    ("prompt", "restart", "returns pat"),
    ("prompt", "hotfix rae", "sooner rae"),
    ("prompt", "everybody", "hotfix rae"),
    ("prompt", "everybody", "pending", "judged"),
    ("prompt", "everybody", "revoke sam", "lift sam", "assert sam"),
    ("prompt", "policy", "everybody"),
    ("prompt", "restart", "sooner rae"),
    ("prompt", "restart", "deactivated pat"),
    ("late", "assert pat", "assert dee", "wait", "wait", "assert sam"),
]
