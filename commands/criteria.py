"""`criteria`: what must be true before each state is asserted; the Release Coordinator edits it by a form."""

from __future__ import annotations

from commands.act import Act
from commands.declare import declare_criteria
from commands.naming import WORD, product_named
from commands.request import Choice, Reply, Tools
from rules.criteria import change, field, lines, shown
from rules.product import Product
from rules.rights import MAY
from rules.words import Refused, State
from storage.reading import Reader


def run(act: Act) -> Reply:
    """The four lists with their versions; with the fields of the form, the lists that are to be.

    Refuses: unknown-product, which-product, criteria-changed-meanwhile, and what `change` refuses.
    """
    product = product_meant(act.reader, act.tools, act.request.text)
    if not act.request.fields:
        return _listed(act, product)
    try:
        return _edited(act, product)
    except Refused as refused:
        # Where people had to be looked up the form is closed by now: the answer opens it again.
        refused.about["opens"] = f"criteria {product.name}"
        raise


def product_meant(reader: Reader, tools: Tools, text: str) -> Product:
    """The product named, or the only one. Refuses: unknown-product, no-products, which-product."""
    products = reader.company().products
    first = WORD.match(text)
    if first is None and len(products) == 1:
        return next(iter(products.values()))
    if first is None and products:
        raise Refused("which-product", {"verb": "criteria", "products": sorted(products)})
    return product_named(reader, tools, first.group(1).partition("@")[0] if first else "")


def read_as(product: Product) -> str:
    """The words by which a form says which lists it was drawn from: the product, then the versions."""
    return f"{product.name} {'.'.join(str(product.criteria_version(s)) for s in State)}"


def _listed(act: Act, product: Product) -> Reply:
    hats = act.actor(act.setting(product, None)).hats
    edits = (
        (Choice("Edit…", f"open criteria {product.name}"),) if MAY["criteria"] & set(hats) else ()
    )
    states = [
        {
            "state": s,
            "version": product.criteria_version(s),
            "criteria": product.criteria.get(s, ()),
        }
        for s in State
    ]
    return Reply("criteria", {"product": product, "states": states}, choices=edits)


def _edited(act: Act, product: Product) -> Reply:
    actor = act.actor(act.setting(product, None))
    lists = _lists(act, product)
    _refuse_stale(act, product)
    after, facts = change(product, lists, actor, act.now)
    if facts:
        declare_criteria(act.tx, after, facts, actor, pressed_at=act.request.pressed_at)
    return Reply("criteria-edited", {"product": after, "lines": lines(facts)})


def _lists(act: Act, product: Product) -> dict[State, tuple[str, ...]]:
    """The lists that were typed over, a criterion a line; those left as they were shown are none."""
    fields = act.request.fields
    said = {
        s: tuple(" ".join(line.split()) for line in str(fields[field(s)]).splitlines())
        for s in State
        if field(s) in fields
    }
    typed = {s: tuple(filter(None, each)) for s, each in said.items()}
    return {s: each for s, each in typed.items() if each != shown(product, s)}


def _refuse_stale(act: Act, product: Product) -> None:
    """The form names the versions it was drawn from; a list that is another by now is not overwritten."""
    _, _, told = act.request.text.partition(" ")
    read = dict(zip(State, told.split("."), strict=False))
    newer = [s for s in State if read.get(s) != str(product.criteria_version(s))]
    if newer:
        about = {"product": product.name, "states": newer, "field": field(newer[0])}
        raise Refused("criteria-changed-meanwhile", about)
