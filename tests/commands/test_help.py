"""`help`: the verbs, and one of them."""

from __future__ import annotations

from commands.verbs import VERBS


def test_help_lists_every_verb_and_explains_one(desk):
    reply = desk.say("help", by="xena")
    assert [v.word for v in reply.about["verbs"]] == [word for word in VERBS if word]
    for line in ("help halt", "help HALT", "help halt me"):
        assert desk.say(line).about["verb"] is VERBS["halt"]
    reply = desk.say("help hlat")
    assert (reply.template, reply.about["near"][0]) == ("unknown-verb", "halt")
