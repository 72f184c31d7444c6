"""`help`: every verb, or one of them with who may say it and examples."""

from __future__ import annotations

from collections.abc import Mapping

from commands.act import Act
from commands.request import Reply
from commands.verb import Verb
from rules.words import Refused


def explain(verbs: Mapping[str, Verb], act: Act) -> Reply:
    """The list of verbs, or the whole of one. Refuses: unknown-verb."""
    word = act.request.text.strip().casefold().partition(" ")[0]
    if not word:
        return Reply("help", {"verbs": [verb for verb in verbs.values() if verb.word]})
    if word not in verbs:
        raise Refused(
            "unknown-verb", {"word": word, "near": act.tools.near(word, [w for w in verbs if w])}
        )
    return Reply("help-verb", {"verb": verbs[word]})
