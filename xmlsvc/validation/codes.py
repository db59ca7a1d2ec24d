"""The page of the documentation that lists every code of a report, made from `catalogue`."""

from __future__ import annotations

from .catalogue import CODES, Code

# What is refused before any schema is asked, and what is asked beyond it; reported as violations with these codes.
BEFORE = (
    ("xml-wf", "The document is no well-formed XML.", "Mend the place that the sentence names; an XML editor shows it, too."),
    ("doctype-refused", "The document has a document type declaration.", "Remove the line that begins with <!DOCTYPE."),
    ("too-large", "The document is larger, deeper or has more of something than the limit.",
     "Split it; or ask the operator to raise the limit."),
    ("rule", "The document breaks a rule that the vocabulary sets beyond its schema; after a point comes the rule's name.",
     "The sentence is the rule's own."),
    ("schematron", "The document breaks a rule in one of the vocabulary's Schematron files; after a point comes the assertion's id.",
     "The sentence is the rule's own."),
    ("unjudged", "The conditions that the document must meet could not be worked out in the time and memory that one document may take.",
     "Send it in smaller parts; or ask the operator to look at the schema's conditions and the vocabulary's rules."),
)


def codes() -> frozenset[str]:
    """Every code that a violation can have."""
    return frozenset(one.code for one in CODES) | {code for code, _, _ in BEFORE}


def page() -> str:
    """The page, in Markdown."""
    lines = [
        "# Codes of a report", "",
        "Each violation has a code: the clause of XML Schema that the document breaks. This page is made from the catalogue in "
        "`xmlsvc/validation/catalogue.py`; every example on it is run by the tests.", "",
        "## Before and beyond the schema", "",
    ]
    for code, cause, fix in BEFORE:
        lines += [f"### {code}", "", f"{cause} {fix}", ""]
    lines += ["## Against the schema", ""]
    for one in CODES:
        lines += _entry(one)
    return "\n".join(lines)


def _entry(one: Code) -> list[str]:
    lines = [f"### {one.code}", "", f"{one.cause} {one.fix}", "", "```xml", f"<!-- wrong --> {one.wrong}"]
    if one.right:
        lines.append(f"<!-- right --> {one.right}")
    return [*lines, "```", "", "The schema of the example:", "", "```xml", one.schema.replace("><", ">\n<"), "```", ""]
