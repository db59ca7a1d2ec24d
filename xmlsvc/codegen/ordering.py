"""Pass 5: base classes before derived ones, within a module and among modules, whatever knots a schema ties.

Modules that inherit from one another both ways are emitted in parts. A nested class whose base can only come after the class around it is
hoisted: emitted after that base, and put in its place then.
"""

from __future__ import annotations

from .plan import ClassPlan, ModulePlan, Work


def order(work: Work) -> None:
    """Fill in the modules' parts."""
    _hoist(work)
    tied = _knots(work)
    for module in work.modules.values():
        if module.name not in tied:
            module.parts = [_sorted(module.classes)]
    for knot in {id(group): group for group in tied.values()}.values():
        _stages(knot)


def _top(plan: ClassPlan) -> ClassPlan:
    while plan.outer is not None and not plan.hoisted:
        plan = plan.outer
    return plan


def needed(plan: ClassPlan) -> list[ClassPlan]:
    """The top-level (or hoisted) classes that must be there before this one can be written."""
    found = [_top(inner.base) for inner in _inside(plan) if inner.base is not None]
    if plan.hoisted and plan.outer is not None:
        found.append(_top(plan.outer))
    return [one for one in dict.fromkeys(found) if one is not plan]


def _inside(plan: ClassPlan) -> list[ClassPlan]:
    """The class and the nested ones that are written in its body."""
    found = [plan]
    for inner in plan.classes:
        if not inner.hoisted:
            found += _inside(inner)
    return found


def _hoist(work: Work) -> None:
    """Hoist nested classes until no class needs itself, however indirectly."""
    everything = [inner for module in work.modules.values() for plan in module.classes for inner in plan.within()]
    for plan in everything:
        if plan.outer is not None and plan.base is not None and _top(plan.base) is _top(plan):
            plan.hoisted = True  # inside a class body the class has no name yet
    while True:
        units = [plan for plan in everything if plan.outer is None or plan.hoisted]
        circle = _circle(units)
        if circle is None:
            return
        nested = next(inner for plan in circle for inner in _inside(plan)[1:] if inner.base is not None and _top(inner.base) in circle)
        nested.hoisted = True


def _circle(units: list[ClassPlan]) -> list[ClassPlan] | None:
    """Classes that need one another in a circle, if there are any."""
    state: dict[int, int] = {}
    for start in units:
        if id(start) in state:
            continue
        trail: list[ClassPlan] = [start]
        pending = [iter(needed(start))]
        state[id(start)] = 1
        while trail:
            following = next(pending[-1], None)
            if following is None:
                state[id(trail.pop())] = 2
                pending.pop()
            elif state.get(id(following)) == 1:
                return trail[trail.index(following) :]
            elif id(following) not in state:
                state[id(following)] = 1
                trail.append(following)
                pending.append(iter(needed(following)))
    return None


def _units(module: ModulePlan) -> list[ClassPlan]:
    """What is written at the top level of a module."""
    return [inner for plan in module.classes for inner in plan.within() if inner.outer is None or inner.hoisted]


def _sorted(classes: list[ClassPlan]) -> list[ClassPlan]:
    """Base classes first, else in the order of the schema."""
    units = [inner for plan in classes for inner in plan.within() if inner.outer is None or inner.hoisted]
    mine = {id(plan) for plan in units}
    done: dict[int, ClassPlan] = {}

    def visit(plan: ClassPlan) -> None:
        stack = [(plan, iter(needed(plan)))]
        while stack:
            current, pending = stack[-1]
            following = next((one for one in pending if id(one) in mine and id(one) not in done), None)
            if following is None:
                done.setdefault(id(current), current)
                stack.pop()
            else:
                stack.append((following, iter(needed(following))))

    for plan in units:
        if id(plan) not in done:
            visit(plan)
    return list(done.values())


def _knots(work: Work) -> dict[str, list[ModulePlan]]:
    """Modules that must import one another both ways, by name: the group that each is tied into."""
    needs = {module.name: {one.module.name for plan in _units(module) for one in needed(plan)} - {module.name}
             for module in work.modules.values()}
    reach: dict[str, set[str]] = {}
    for name in needs:
        seen: set[str] = set()
        stack = list(needs[name])
        while stack:
            step = stack.pop()
            if step not in seen:
                seen.add(step)
                stack += needs[step]
        reach[name] = seen
    by_name = {module.name: module for module in work.modules.values()}
    tied: dict[str, list[ModulePlan]] = {}
    for name in needs:
        if name in reach[name] and name not in tied:
            group = [by_name[other] for other in needs if other in reach[name] and name in reach[other]]
            tied |= {module.name: group for module in group}
    return tied


def _stages(knot: list[ModulePlan]) -> None:
    """Parts for the modules of a knot: each holds what can be written when the parts before it are there."""
    waiting = {module.name: _sorted(module.classes) for module in knot}
    here = {id(plan) for plans in waiting.values() for plan in plans}
    done: set[int] = set()
    while any(waiting.values()):
        for module in knot:
            part: list[ClassPlan] = []
            rest: list[ClassPlan] = []
            for plan in waiting[module.name]:
                ready = all(id(one) not in here or id(one) in done for one in needed(plan))
                (part if ready else rest).append(plan)
                if ready:
                    done.add(id(plan))
            if part:
                module.parts.append(part)
            waiting[module.name] = rest
