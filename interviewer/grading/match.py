"""How far a stretch of an answer supports, or contradicts, a rubric point.

A window supports a point as far as it covers the concepts of one way of saying it, or hits all the
rubric's keyword groups; it contradicts the point as far as it covers them with the opposite sign, or
covers a statement that reverses it. Covering is cheap and done for all; signs and relations are
compared only where the cover could still matter.
"""

from __future__ import annotations

from typing import NamedTuple

from interviewer.grading import calibration as cal
from interviewer.grading.concepts import WEAK_AXES, Passage
from interviewer.grading.prepared import ACCEPT, Prepared, Saying
from interviewer.grading.reading import Reader, Window


class Reading(NamedTuple):
    """What one window says about one point."""

    support: float
    against: float
    window: Window
    saying: str
    why: str


Rows = list[tuple[float, int]]  # (share of the statement that is covered, index of the statement)


class Covered(NamedTuple):
    """What of the rubric's statements a window covers well enough to look at, by point or misconception."""

    accepts: dict[int, Rows]
    contras: dict[int, Rows]
    beliefs: dict[int, Rows]


def covered(prepared: Prepared, windows: list[Window]) -> list[Covered]:
    """For each window, what it shares with the rubric's statements; a clause with what its own covers."""
    found: list[Covered] = []
    statement = Covered({}, {}, {})
    for window in windows:
        if window.within:
            found.append(_narrowed(prepared, statement, window))
            continue
        statement = _covered(prepared, window)
        found.append(statement)
    return found


def _covered(prepared: Prepared, window: Window) -> Covered:
    found = Covered({}, {}, {})
    sayings, shared = prepared.sayings, window.shared
    for index, share in shared.items():
        if share >= cal.TOUCHES:
            saying = sayings[index]
            found[saying.kind].setdefault(saying.owner, []).append((share, index))
    for point in _hit(prepared, window):
        if point not in found.accepts:
            found.accepts[point] = [max((shared.get(index, 0.0), index) for index in prepared.accepts[point])]
    return found


def _narrowed(prepared: Prepared, whole: Covered, clause: Window) -> Covered:
    """What a clause covers of the statements that the statement it stands in covers."""
    signs = clause.passage.signs
    hit = _hit(prepared, clause)
    found = Covered({}, {}, {})
    for kind, rows_of in enumerate(whole):
        for owner, rows in rows_of.items():
            kept = []
            for _, index in rows:
                share = sum([share for key, share in prepared.sayings[index].shares if key in signs])
                if share >= cal.TOUCHES or (kind == ACCEPT and owner in hit):
                    kept.append((share, index))
            if kept:
                found[kind][owner] = kept
    return found


def _hit(prepared: Prepared, window: Window) -> list[int]:
    """The points of which every keyword group is hit."""
    hits = window.hits
    return (
        [p for p, mask in enumerate(prepared.masks) if mask and mask & hits == mask and window.near(mask)]
        if hits
        else []
    )


def read_point(
    prepared: Prepared, point: int, found: Covered, window: Window, enough: float
) -> Reading | None:
    """What a window says about a point, from the statements it covers and the keyword groups it hits.

    ``enough`` is the support that was found already: a window that can neither exceed it nor
    contradict the point is not looked at closely. None where the window says nothing new about it.
    """
    accepts = found.accepts.get(point, ())
    contras = found.contras.get(point, ()) if window.single else ()
    if not (accepts or contras):
        return None
    top = max(accepts)[0] if accepts else 0.0
    reverse = max(contras)[0] if contras else 0.0
    mask = prepared.masks[point]
    groups = (mask & window.hits).bit_count() / mask.bit_count() if mask else 0.0
    if groups == 1.0 and not window.near(mask):
        groups = 0.5
    terms = cal.TERMS if mask else 0.0
    if reverse < cal.REVERSES and not window.rejected and not (window.single and top >= cal.DENIES):
        enough = max(enough, cal.PARTIAL)
        bound = _support(top, groups, terms, 0.0)
        if bound <= enough or bound * window.trust <= enough:
            return None
    best, conflict, saying, (against, denied, how) = _accepts(
        prepared, sorted(accepts, reverse=True)[:5], window
    )
    if contras:
        for share, index in sorted(contras, reverse=True)[:4]:
            value = _reversal(share, prepared.sayings[index], window)
            if value > against:
                against, denied, how = value, prepared.sayings[index].text, "is a known reversal"
                best *= 0.7
                conflict = max(conflict, 0.4)
    support = _support(best, groups, terms, conflict) * window.trust
    if window.rejected:
        support, against, denied, how = against, support + cal.REJECTED, saying, "is called wrong"
    return Reading(support, against, window, denied if against > support else saying, how)


def _accepts(
    prepared: Prepared, accepts: Rows, window: Window
) -> tuple[float, float, str, tuple[float, str, str]]:
    """The best agreeing cover, the conflict of the widest one, its statement, and what turns one round
    (how far, which, how); ``accepts`` come widest first."""
    best = conflict = clean = 0.0
    saying = ""
    denials: list[tuple[float, float, str, str]] = []
    for share, index in accepts:
        if share <= best and not denials:
            break
        said = prepared.sayings[index]
        agreed = agreement(said, window.passage)
        if index == accepts[0][1]:
            conflict = agreed.conflict + (0.2 if agreed.entity else 0.0)
        if agreed.conflict < 0.15 and not agreed.entity:
            clean = max(clean, share)
        value = share * max(0.0, 1 - cal.DENIED * agreed.conflict) * (cal.OTHER if agreed.entity else 1.0)
        value *= 1 - cal.LOOSE * (1 - agreed.bound)
        if said.passage.otherwise and not window.passage.otherwise:
            value *= cal.OUTRIGHT
        if value > best:
            best, saying = value, said.text
        if share >= cal.DENIES and (agreed.conflict or agreed.entity):
            turned, reason = _turned(share, agreed)
            denials.append((share, turned, said.text, reason))
    live = [(turned, text, reason) for share, turned, text, reason in denials if clean < 0.8 * share]
    return best, conflict, saying, max(live, default=(0.0, "", ""), key=lambda denial: denial[0])


def _reversal(share: float, said: Saying, window: Window) -> float:
    if share < cal.REVERSES:
        return 0.0
    tells = told(said, window.passage)
    if tells < cal.TELLS:
        return 0.0
    if not _names_all(said, window.passage):
        return 0.0
    agreed = agreement(said, window.passage)
    return 0.0 if agreed.conflict > 0.2 or agreed.entity else share * (0.5 + 0.5 * tells) + 0.1


def read_terse(reader: Reader, point: int) -> Reading | None:
    """What an answer as a whole says of a point that its author says in one way only.

    With so little to go by, the words of the point and its keyword groups count wherever they stand.
    """
    own, mask = reader.prepared.terse[point], reader.prepared.masks[point]
    if not own:
        return None
    signs = reader.prepared.sayings[reader.prepared.accepts[point][0]].passage.signs

    def cover(one: Passage) -> float:
        return sum(w for key, w in own.items() if one.signs.get(key, -2) * signs[key] >= 0)

    statements = [window for window in reader.statements if not window.rejected]
    if not statements:
        return None
    said = [(cover(window.passage), window.hits & mask, window) for window in statements]
    keys = {
        key
        for window in statements
        for key, sign in window.passage.signs.items()
        if sign * signs.get(key, 0) >= 0
    }
    share = sum(weight for key, weight in own.items() if key in keys) / sum(own.values())
    hits = 0
    for _, hit, _ in said:
        hits |= hit
    if mask:
        share = cal.TERMS_TERSE * hits.bit_count() / mask.bit_count() + (1 - cal.TERMS_TERSE) * share
    _, _, window = max(said, key=lambda row: row[0] + row[1].bit_count())
    support = min(1.0, share + cal.MET - cal.MET_TERSE) if share >= cal.MET_TERSE else 0.0
    if cal.PARTIAL_TERSE <= share < cal.MET_TERSE:
        support = cal.PARTIAL
    return Reading(support, 0.0, window, reader.prepared.question.points[point].text, "comes close to")


def _support(cover: float, groups: float, terms: float, conflict: float) -> float:
    """``terms``: the share of the support that keyword groups give; 0 where the point has none."""
    cover = min(1.0, cover)
    if not terms:
        return cover
    blended = terms * groups**2 + (1 - terms) * min(1.0, cover * 1.2)
    blended *= max(0.0, 1 - cal.DENIED * conflict)
    return max(0.9 * cover + 0.1 * groups * cover, blended)


def _turned(share: float, agreed: Agreement) -> tuple[float, str]:
    """How far a window that covers a right statement turns it round, and how."""
    if not agreed.entity:
        return share * min(1.0, cal.TURNED * agreed.conflict), f"turns round ({', '.join(agreed.keys)})"
    return 0.0 if agreed.conflict > 0.1 else cal.SWAPPED * share, "swaps what is said in"


def believed(prepared: Prepared, rows: Rows, window: Window) -> float:
    """How far a window holds a misconception, from the statements of it that it covers; mostly 0."""
    best = 0.0
    for share, index in rows:
        if share < cal.HELD or share <= best:
            continue
        saying = prepared.sayings[index]
        if _names_all(saying, window.passage) and told(saying, window.passage) >= cal.TELLS:
            agreed = agreement(saying, window.passage)
            if agreed.conflict <= 0.15 and not agreed.entity:
                best = share
    return best


def explained(prepared: Prepared, window: Window, reverse: float = 0.0) -> bool:
    """Whether the words of a window are part of a right statement, said nearly whole: what looks like the
    reverse of something in a piece of it is none. ``reverse``: how much of a known reversal it covers; a right
    statement that is covered less explains nothing."""
    whole = window.within or window
    if whole.rejected:
        return False
    for index, share in whole.shared.items():
        saying = prepared.sayings[index]
        if saying.kind != ACCEPT or len(saying.keys) < cal.LONG or share < max(cal.TOUCHES, reverse):
            continue
        here = saying.passage.signs
        piece = share < cal.WHOLE  # of a saying of several sentences, one
        if _inside(window, here) < 0.75 or (piece and _inside(whole, here) < 0.9):
            continue
        agreed = agreement(saying, whole.passage)
        if agreed.conflict < 0.1 and not agreed.entity and agreed.bound > 0.7:
            return True
    return False


def _inside(window: Window, keys: dict[str, int]) -> float:
    """The share of a window's concepts that are among some."""
    said = window.passage.signs
    return sum(key in keys for key in said) / max(1, len(said))


def _names_all(saying: Saying, there: Passage) -> bool:
    """Whether the things that a wrong statement speaks of are spoken of: the CNN, the RNN."""
    named = there.members
    return all(members & named.get(class_, frozenset()) for class_, members in saying.passage.members.items())


def told(reverse: Saying, there: Passage) -> float:
    """How much of what tells a reversing statement from the right ones stands in a passage, 0..1."""
    keys, pairs = reverse.telling
    weight = reverse.weight
    parts = []
    total = sum(max(weight[key], 0.3) for key in keys)
    if total:
        hit = sum(max(weight[key], 0.3) for key, sign in keys.items() if there.signs.get(key) == sign)
        parts.append(hit / total)
    total = sum(weight[a] + weight[b] for a, b in pairs)
    if total:
        hit = sum(weight[a] + weight[b] for (a, b), product in pairs.items() if there.bound(a, b) == product)
        parts.append(hit / total)
    return sum(parts) / len(parts) if parts else 0.0


class Agreement(NamedTuple):
    """How a passage says what a saying says, over the concepts they share."""

    conflict: float  # share of the shared weight that is turned round, 0..1
    entity: bool  # it speaks of another member of a class (the RNN for the CNN)
    bound: float  # share of the saying's pairs that stand together there too, of those that could
    keys: tuple[str, ...]


def agreement(saying: Saying, there: Passage) -> Agreement:
    """What happens if something is *not* done says the same with both halves turned round."""
    plain = _agreement(saying, there, 1)
    if plain.conflict and there.otherwise:
        turned = _agreement(saying, there, -1)
        if turned.conflict < plain.conflict:
            return turned
    return plain


def _agreement(saying: Saying, there: Passage, flip: int) -> Agreement:
    here = saying.passage
    signs = there.signs
    shared = against = 0.0
    #: *check that it is not zero*, *check if it is zero*: the same check
    checked = here.signs.get(_CHECK) == 1 and signs.get(_CHECK) == 1
    punished = here.signs.get(_PENALTY) == 1 or signs.get(_PENALTY) == 1
    turned: list[str] = []
    for key, sign, weight in saying.keys:
        said = signs.get(key)
        if said is None:
            continue
        shared += weight
        opposed = sign * said * flip < 0
        taken = flip == 1 and key in there.removed and key not in here.removed and "±enable" not in here.signs
        if saying.kind != ACCEPT:
            taken = (key in there.removed) != (key in here.removed)
        if opposed and key[0] != "±" and _reduced(key, here if sign * flip > 0 else there):
            opposed = False  # *prevents* it, *does not* do it
        if key == "±size" and opposed:
            opposed = not punished  # *punishes large weights*, *keeps them small*
        if opposed and (checked or key in there.carried or (key[0] == "@" and _compared(key, there))):
            opposed = False
        if opposed != taken:
            if key[0] != "±":
                weight = max(weight, cal.DENIAL)
            if opposed and key[0] == "±" and not _same_neighbour(key, here, there):
                weight *= cal.UNBOUND
            against += weight
            turned.append(key)
    could = bound = 0.0
    for pair, a, b, product, weight in saying.pairs:
        if a not in signs or b not in signs:
            continue
        could += weight
        said_product = there.bound(a, b)
        if said_product is None:
            continue
        bound += weight
        if product * said_product < 0 and _on_axis(a, b) and not _signed(pair, here, there):
            against += weight
            turned.append(f"{a}~{b}")
    for name, a, b in here.orders:
        if name == "of" and "±" in (a[0], b[0]):
            continue  # lots of little layers
        if (
            (name, b, a) in there.orders
            and (name, a, b) not in there.orders
            and (name, b, a) not in here.orders
        ):
            against += max(shared * 0.5, saying.weight.get(a, 0.3))
            turned.append(f"{a} {name} {b}")
    entity = any(_of_another(order, there) for order in here.orders)
    if here.members and there.members:
        for class_ in here.members.keys() & there.members.keys():
            other, turned_there = _misattributed(saying, there, class_, flip, shared)
            entity = entity or other
            against += turned_there
    conflict = min(1.0, against / shared) if shared else 0.0
    return Agreement(conflict, entity, bound / could if could else 1.0, tuple(turned))


_CHECK, _PENALTY = "=sanity", "=penalty"


def _compared(key: str, said: Passage) -> bool:
    """Whether a passage only compares with something: faster *than an RNN*."""
    return any(name == "than" and b == key for name, _, b in said.orders)


def _of_another(order: tuple[str, str, str], there: Passage) -> bool:
    """Whether what is said *of* one member of a class is there said of another: a part of deep learning."""
    name, a, b = order
    if name != "of" or b[0] != "@" or order in there.orders:
        return False
    class_ = b.partition(":")[0]
    return any(
        other[:2] == (name, a) and other[2] != b and other[2].partition(":")[0] == class_
        for other in there.orders
    )


def _misattributed(
    saying: Saying, there: Passage, class_: str, flip: int, shared: float
) -> tuple[bool, float]:
    """Whether most of what a saying says of one member of a class is said of another one there, and the
    weight of what is said of the right one the wrong way round."""
    here_roles, there_roles = saying.passage.roles(class_), there.roles(class_)
    total = other = against = 0.0
    for key, _, weight in saying.keys:
        here, said = here_roles.get(key), there_roles.get(key)
        if not here or not said or key.startswith(class_):
            continue
        total += weight
        same = here.keys() & said.keys()
        if not same:
            other += weight
        elif all(here[member] * said[member] * flip < 0 for member in same) and not (
            saying.passage.signs[key] and there.signs[key]  # counted already
        ):
            against += weight
    if not total:
        return not saying.passage.members[class_] & there.members[class_], 0.0
    return other > max(0.5 * total, 0.3 * shared), against


def _on_axis(*keys: str) -> bool:
    return any(key[0] == "±" and key not in WEAK_AXES for key in keys)


def _reduced(key: str, said: Passage) -> bool:
    """Whether a passage says of something that it gets less, or is prevented."""
    return said.signs.get("±size") == -1 and said.bound(key, "±size") is not None


def _signed(pair: tuple[str, str], here: Passage, there: Passage) -> bool:
    """Whether both members have one sign each in both passages, so that they were compared already."""
    return all(here.signs[key] and there.signs[key] for key in pair)


def _same_neighbour(key: str, here: Passage, there: Passage) -> bool:
    """Whether an opposite is said of the same thing: more *data*, less *data*."""
    if len(here.signs) <= 3:
        return True
    return any(
        key in pair and product and there.bound(*pair) == -product for pair, product in here.pairs.items()
    )
