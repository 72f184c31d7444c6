"""What the law answers to every verb in every phase, for everybody: to be read beside DESIGN 2.1 and 2.2."""

from __future__ import annotations

CODES = {
    "Y": "done",
    "q": "only asked for",
    ".": "nothing changes",
    "f": "passed on to all four",
    "a": "not-an-announcer",
    "r": "not-your-role",
    "s": "not-your-state",
    "t": "already-asserted",
    "u": "already-announced",
    "x": "already-out",
    "w": "halted-by-owner",
    "n": "nothing-to-revoke",
    "v": "nothing-to-review",
    "z": "not-halted",
    "h": "halted",
    "o": "out-of-order",
    "e": "the true state",
}

# The candidate has Product and Security asserted. Halted, superseded and withdrawn it bears Olga's
# halt of Operation, due for review. From released on, Operation and Organization were presumed.
# Columns: Product Owner, Security Architect, Operations Coordinator, Release Coordinator,
# Security and Operations in one person, nobody, the announcer, the operator at the command line.
TABLE = {
    "announce again": """
        announced    uuuu u a u u
        halted       uuuu u a u u
        superseded   eeee e a e e
        withdrawn    YYYY Y a Y Y
        released     uuuu u a u u
        deploying    xxxx x a x x
        deployed     xxxx x a x x
        failed       YYYY Y a Y Y
        rolled_back  YYYY Y a Y Y""",
    "announce a rebuild": """
        announced    YYYY Y a Y Y
        halted       YYYY Y a Y Y
        superseded   YYYY Y a Y Y
        withdrawn    YYYY Y a Y Y
        released     YYYY Y a Y Y
        deploying    YYYY Y a Y Y
        deployed     YYYY Y a Y Y
        failed       YYYY Y a Y Y
        rolled_back  YYYY Y a Y Y""",
    "assert": """
        announced    ..YY Y s s s
        halted       ..wY w s s s
        superseded   eeee e s s s
        withdrawn    eeee e s s s
        released     eeee e s s s
        deploying    eeee e s s s
        deployed     eeee e s s s
        failed       eeee e s s s
        rolled_back  eeee e s s s""",
    "assert security": """
        announced    s.ss . s s s
        halted       s.ss . s s s
        superseded   sess e s s s
        withdrawn    sess e s s s
        released     sess e s s s
        deploying    sess e s s s
        deployed     sess e s s s
        failed       sess e s s s
        rolled_back  sess e s s s""",
    "revoke": """
        announced    YYnn Y s s s
        halted       YYnn Y s s s
        superseded   eeee e s s s
        withdrawn    eeee e s s s
        released     YYnn Y s s s
        deploying    eeee e s s s
        deployed     eeee e s s s
        failed       eeee e s s s
        rolled_back  eeee e s s s""",
    "halt": """
        announced    YYYY Y f f Y
        halted       YY.Y Y f f Y
        superseded   eeee e e e e
        withdrawn    eeee e e e e
        released     YYYY Y f f Y
        deploying    ffff f f f f
        deployed     ffff f f f f
        failed       ffff f f f f
        rolled_back  ffff f f f f""",
    "lift": """
        announced    zzzz z z z z
        halted       rrYr Y r r r
        superseded   eeee e e e e
        withdrawn    eeee e e e e
        released     zzzz z z z z
        deploying    eeee e e e e
        deployed     eeee e e e e
        failed       eeee e e e e
        rolled_back  eeee e e e e""",
    "extend": """
        announced    YYYY Y r r r
        halted       YYYY Y r r r
        superseded   eeee e r r r
        withdrawn    eeee e r r r
        released     eeee e r r r
        deploying    eeee e r r r
        deployed     eeee e r r r
        failed       eeee e r r r
        rolled_back  eeee e r r r""",
    "reschedule": """
        announced    YrrY r r r r
        halted       YrrY r r r r
        superseded   erre r r r r
        withdrawn    erre r r r r
        released     erre r r r r
        deploying    erre r r r r
        deployed     erre r r r r
        failed       erre r r r r
        rolled_back  erre r r r r""",
    "go": """
        announced    rrrY r r r r
        halted       rrrh r r r r
        superseded   rrre r r r r
        withdrawn    rrre r r r r
        released     rrr. r r r r
        deploying    rrre r r r r
        deployed     rrre r r r r
        failed       rrre r r r r
        rolled_back  rrre r r r r""",
    "withdraw": """
        announced    YrrY r r t r
        halted       YrrY r r t r
        superseded   erre r r t r
        withdrawn    .... . . . .
        released     YrrY r r t r
        deploying    erre r r t r
        deployed     erre r r t r
        failed       erre r r t r
        rolled_back  erre r r t r""",
    "withdraw before the first assertion": """
        announced    YrrY r r Y r
        halted       YrrY r r Y r
        superseded   erre r r e r
        withdrawn    .... . . . .
        released     YrrY r r Y r
        deploying    erre r r e r
        deployed     erre r r e r
        failed       erre r r e r
        rolled_back  erre r r e r""",
    "hotfix": """
        announced    YYYY Y r q r
        halted       YYYY Y r q r
        superseded   eeee e r e r
        withdrawn    eeee e r e r
        released     eeee e r e r
        deploying    eeee e r e r
        deployed     eeee e r e r
        failed       eeee e r e r
        rolled_back  eeee e r e r""",
    "review keep": """
        announced    zzzz z z z z
        halted       rrYr Y r r r
        superseded   eeee e e e e
        withdrawn    eeee e e e e
        released     zzzz z z z z
        deploying    eeee e e e e
        deployed     eeee e e e e
        failed       eeee e e e e
        rolled_back  eeee e e e e""",
    "review ok": """
        announced    vvvv v v v v
        halted       vvvv v v v v
        superseded   vvvv v v v v
        withdrawn    vvvv v v v v
        released     rrYY Y r r r
        deploying    rrYY Y r r r
        deployed     rrYY Y r r r
        failed       rrYY Y r r r
        rolled_back  rrYY Y r r r""",
    "snooze": """
        announced    YYYY Y r r r
        halted       YYYY Y r r r
        superseded   eeee e r r r
        withdrawn    eeee e r r r
        released     eeee e r r r
        deploying    eeee e r r r
        deployed     eeee e r r r
        failed       eeee e r r r
        rolled_back  eeee e r r r""",
    "deploying": """
        announced    rroo o r r r
        halted       rrhh h r r r
        superseded   rree e r r r
        withdrawn    rree e r r r
        released     rrYY Y r r r
        deploying    rr.. . r r r
        deployed     rroo o r r r
        failed       rrYY Y r r r
        rolled_back  rroo o r r r""",
    "deployed": """
        announced    rroo o r r r
        halted       rrhh h r r r
        superseded   rree e r r r
        withdrawn    rree e r r r
        released     rroo o r r r
        deploying    rrYY Y r r r
        deployed     rr.. . r r r
        failed       rroo o r r r
        rolled_back  rroo o r r r""",
    "failed": """
        announced    rroo o r r r
        halted       rrhh h r r r
        superseded   rree e r r r
        withdrawn    rree e r r r
        released     rroo o r r r
        deploying    rrYY Y r r r
        deployed     rroo o r r r
        failed       rr.. . r r r
        rolled_back  rroo o r r r""",
    "rolled-back": """
        announced    rroo o r r r
        halted       rrhh h r r r
        superseded   rree e r r r
        withdrawn    rree e r r r
        released     rroo o r r r
        deploying    rroo o r r r
        deployed     rrYY Y r r r
        failed       rrYY Y r r r
        rolled_back  rr.. . r r r""",
    "override a freeze": """
        announced    rrrY r r r r
        halted       rrrY r r r r
        superseded   rrre r r r r
        withdrawn    rrre r r r r
        released     rrre r r r r
        deploying    rrre r r r r
        deployed     rrre r r r r
        failed       rrre r r r r
        rolled_back  rrre r r r r""",
    "book a resource": """
        announced    rrYY Y r r r
        halted       rrYY Y r r r
        superseded   rree e r r r
        withdrawn    rree e r r r
        released     rree e r r r
        deploying    rree e r r r
        deployed     rree e r r r
        failed       rree e r r r
        rolled_back  rree e r r r""",
}
CLOCKS = {
    # announced halted superseded withdrawn released deploying deployed failed rolled_back
    "settle": "Y........",
    "resume": "Y........",
    "judge": "YY..YYYY.",
    "tighten": "YY.......",
}
