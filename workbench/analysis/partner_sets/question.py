"""Who is in for certain, who may join, and the agreement of each set.

A set is a number: bit j is set where candidate j takes part. The fixed partners are in every set.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.errors import DefinitionError
from workbench.model.agreement import Agreement
from workbench.model.economies import Partner, Role, Standing, is_economy, territory_of

MOST_CANDIDATES = 40


@dataclass(frozen=True)
class SetQuestion:
    """A text, the partners that are in every set, and those that may be in or out.

    `text` has the fixed partners and all candidates as its partners, observers beside them.
    """

    text: Agreement
    fixed: tuple[str, ...]
    candidates: tuple[str, ...]

    @property
    def economies(self) -> tuple[str, ...]:
        """Fixed partners, then candidates."""
        return (*self.fixed, *self.candidates)

    @property
    def importers(self) -> tuple[bool, ...]:
        """Of each economy, whether it imports under the agreement."""
        return tuple(self._role(code) is not Role.PRODUCER for code in self.economies)

    @property
    def exporters(self) -> tuple[bool, ...]:
        """Of each economy, whether it exports under the agreement."""
        return tuple(self._role(code) is not Role.CONSUMER for code in self.economies)

    @property
    def sets(self) -> int:
        """How many sets there are; the one of the fixed partners alone counts where there are."""
        return (1 << len(self.candidates)) - (0 if self.fixed else 1)

    def _role(self, code: str) -> Role:
        return next(p.role for p in self.text.partners if p.economy == code)

    def members(self, mask: int) -> tuple[str, ...]:
        """The partners of a set."""
        joined = (code for j, code in enumerate(self.candidates) if mask >> j & 1)
        return (*self.fixed, *joined)

    def words(self, mask: int) -> str:
        """A set as people say it: by who is in, or by who is out where these are few."""
        out = [code for j, code in enumerate(self.candidates) if not mask >> j & 1]
        if not out:
            return "All"
        if len(out) <= 3 < len(self.economies) - len(out):
            return f"All but {', '.join(out)}"
        return ", ".join(self.members(mask))

    def mask(self, members: Sequence[str]) -> int:
        """The set of these partners.

        Raises:
            KeyError: one of them is neither fixed nor a candidate.
        """
        found = 0
        for code in members:
            if code in self.candidates:
                found |= 1 << self.candidates.index(code)
            elif code not in self.fixed:
                raise KeyError(code)
        return found

    def agreement(self, mask: int) -> Agreement:
        """The text with the partners of one set; observers stay."""
        return with_members(self.text, self.members(mask))


def with_members(
    agreement: Agreement, members: Sequence[str], known: Sequence[Partner] = ()
) -> Agreement:
    """The agreement with just these partners, in the order of the text, new ones at the end.

    Observers that are not among them stay observers; those that are become candidates. New ones
    join as `known` has them, such as with their roles, else as candidates with both roles. An edit:
    what else the text says is left alone.
    """
    kept = []
    for partner in agreement.partners:
        if partner.economy in members:
            joins = not partner.takes_preferences
            kept.append(replace(partner, standing=Standing.CANDIDATE) if joins else partner)
        elif not partner.takes_preferences:
            kept.append(partner)
    there = {partner.economy for partner in kept}
    held = {partner.economy: partner for partner in known}
    new = [
        held.get(code) or Partner(code, standing=Standing.CANDIDATE)
        for code in members
        if code not in there
    ]
    return replace(agreement, partners=(*kept, *new))


def ask(
    agreement: Agreement,
    candidates: Sequence[str] | None = None,
    fixed: Sequence[str] | None = None,
    known: Sequence[Partner] = (),
) -> SetQuestion:
    """The question put to an agreement.

    Args:
        agreement: the text; candidates need not be among its partners.
        candidates: None takes the partners whose standing is candidate; where there are none,
            all partners but the fixed ones, and the first one is then fixed.
        fixed: None takes every other partner that gives and gets preferences.
        known: how economies would take part that the text does not have among its partners.

    Raises:
        DefinitionError: an unknown economy, one named twice, no candidate, or too many.
    """
    active = [p for p in agreement.partners if p.takes_preferences]
    if candidates is None:
        waiting = [p.economy for p in active if p.standing is Standing.CANDIDATE]
        if fixed is None and not waiting:
            fixed = [p.economy for p in active[:1]]
        taken = {territory_of(code) for code in fixed or ()}
        chosen = [code for code in waiting or [p.economy for p in active] if code not in taken]
    else:
        chosen = [_code(code) for code in candidates]
    if fixed is None:
        fixed = [p.economy for p in active if p.economy not in chosen]
    settled = [_code(code) for code in fixed]
    for code in (*settled, *chosen):
        if (*settled, *chosen).count(code) > 1:
            raise DefinitionError(
                f"{code} is named twice among fixed partners and candidates: name it once "
                "(a member of a customs territory stands for the territory)."
            )
    if not chosen:
        raise DefinitionError("There is no candidate: name at least one economy that may join.")
    if len(chosen) > MOST_CANDIDATES:
        raise DefinitionError(
            f"{len(chosen)} candidates are too many: name at most {MOST_CANDIDATES}."
        )
    text = with_members(agreement, (*settled, *chosen), known)
    return SetQuestion(text, tuple(settled), tuple(chosen))


def _code(code: str) -> str:
    whole = territory_of(code.strip().upper())
    if not is_economy(whole):
        raise DefinitionError(
            f"'{code}' is no economy or customs territory: use an ISO code of three letters, or "
            "a territory such as EU27."
        )
    return whole
