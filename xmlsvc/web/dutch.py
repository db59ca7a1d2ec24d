"""Problems in Dutch. A sentence that has no Dutch form here is told in English, and its answer says that it is English."""

from __future__ import annotations

import re

TITLES = {
    "error": "Er is iets misgegaan",
    "input": "De invoer is niet te gebruiken",
    "not-well-formed": "Het document is geen welgevormde XML",
    "doctype-refused": "Documenten met een documenttypedeclaratie worden niet aangenomen",
    "too-large": "Het document is groter dan de grens",
    "unsupported-media-type": "Dit mediatype wordt hier niet begrepen",
    "unknown-vocabulary": "Geen geregistreerd vocabulaire beschrijft dit document",
    "invalid-document": "Het document voldoet niet aan zijn schema",
    "idempotency-key-reused": "De idempotentiesleutel hoort bij een ander verzoek",
    "bad-request": "Het verzoek is niet te begrijpen",
    "digest-mismatch": "De inhoud is niet die waarvan de digest is gemaakt",
    "method-not-allowed": "Dit adres kent die methode niet",
    "length-required": "De lengte van de inhoud ontbreekt",
    "request-timeout": "Het verzoek kwam niet op tijd binnen",
    "unauthenticated": "Er is een geldig token of een login nodig",
    "forbidden": "Deze identiteit mag dat niet",
    "not-found": "Hier is niets",
    "gone": "Dit is teruggetrokken",
    "not-acceptable": "Geen van de gevraagde mediatypen kan worden gemaakt",
    "conflict": "Het verzoek botst met een andere wijziging",
    "request-in-flight": "Aan hetzelfde verzoek wordt gewerkt",
    "precondition-failed": "Het document is gewijzigd sinds het werd gelezen",
    "precondition-required": "If-Match is hier vereist",
    "too-many-requests": "Te veel verzoeken",
    "environment": "De installatie heeft een storing",
    "unavailable": "De dienst kan dit nu niet doen",
}

_DETAILS: tuple[tuple[str, str], ...] = (
    (r"The document breaks its schema in (more than )?([\d,]+) places?; `errors` lists them\.",
     r"Het document breekt zijn schema op {more}\2 {places}; `errors` noemt ze."),
    (r"There is no page or resource at this address\.", "Op dit adres is geen pagina of bron."),
    (r"There is no document ('[^']*')\.", r"Er is geen document \1."),
    (r"There is no receipt ('[^']*')\.", r"Er is geen ontvangstbewijs \1."),
    (r"There is no run ('[^']*')\.", r"Er is geen run \1."),
    (r"There is no vocabulary ('[^']*')\.", r"Er is geen vocabulaire \1."),
    (r"There is no partner ('[^']*')\.", r"Er is geen partner \1."),
    (r"The document has no revision (\d+); it has (\d+) to (\d+)\.", r"Het document heeft geen revisie \1; het heeft \2 tot en met \3."),
    (r"This needs a token \(Authorization: Bearer TOKEN\) or a login\.",
     "Hiervoor is een token nodig (Authorization: Bearer TOKEN), of een login."),
    (r"The token is not known, has expired or was revoked\. Ask the operator for a new one\.",
     "Het token is onbekend, verlopen of ingetrokken. Vraag de beheerder om een nieuw."),
    (r"The Authorization header must be `Bearer TOKEN`\.", "De header Authorization moet `Bearer TOKEN` zijn."),
    (r"This token may make ([\d,]+) requests a minute\. Come back in (\d+) s\.",
     r"Dit token mag \1 verzoeken per minuut doen. Kom over \2 s terug."),
    (r"The body is empty; it must be one XML document\.", "De inhoud is leeg; het moet één XML-document zijn."),
    (r"The body has ([\d,]+) bytes; the limit is ([\d,]+) bytes\.", r"De inhoud heeft \1 bytes; de grens is \2 bytes."),
    (r"The body unpacks to more than the limit of ([\d,]+) bytes\.", r"Uitgepakt is de inhoud groter dan de grens van \1 bytes."),
    (r"The body's Content-Type is ('[^']*'); send XML as application/xml\.",
     r"Het Content-Type van de inhoud is \1; stuur XML als application/xml."),
    (r"The request has no Content-Type; send XML as application/xml\.",
     "Het verzoek heeft geen Content-Type; stuur XML als application/xml."),
    (r"The body is coded as ('[^']*'); send it as it is, or as gzip\.",
     r"De inhoud is gecodeerd als \1; stuur hem onveranderd, of als gzip."),
    (r"No registered vocabulary has a root element “([^”]*)” without a namespace\. Registered: (.*)\.",
     r"Geen geregistreerd vocabulaire heeft een rootelement “\1” zonder naamruimte. Geregistreerd: \2."),
    (r"There is no vocabulary “([^”]*)”\. Registered: (.*)\.", r"Er is geen vocabulaire “\1”. Geregistreerd: \2."),
    (r"([A-Z]+) cannot be used here\. Allowed: (.*)\.", r"\1 kan hier niet worden gebruikt. Toegestaan: \2."),
    (r"None of the media types in “Accept: (.*)” can be produced\. There are: (.*)\.",
     r"Geen van de mediatypen in “Accept: \1” kan worden gemaakt. Er zijn: \2."),
    (r"Send the ETag of the document's XML, as you last read it, as If-Match\.",
     "Stuur de ETag van de XML van het document, zoals het laatst gelezen, mee als If-Match."),
    (r"The document has changed since it was read: If-Match does not hold the ETag of its XML\. Read it again\.",
     "Het document is gewijzigd sinds het werd gelezen: If-Match heeft niet de ETag van zijn XML. Lees het opnieuw."),
    (r"This Idempotency-Key came with another request before\. Make a new key for each request\.",
     "Deze Idempotency-Key kwam al eerder, met een ander verzoek. Maak voor elk verzoek een nieuwe."),
    (r"The same request is being worked on\. Send it again in a moment: it will be answered as the first one\.",
     "Aan hetzelfde verzoek wordt gewerkt. Stuur het zo meteen opnieuw: het krijgt het antwoord van het eerste."),
    (r"(<.*>), opened in line (\d+), is closed by (<.*>)\. Write (<.*>) here, or close (<.*>) before\.",
     r"\1, geopend in regel \2, wordt gesloten door \3. Schrijf hier \4, of sluit \5 eerder."),
    (r"The document ends too early: (<.*>), opened in line (\d+), is not closed\. It may have been cut off on its way\.",
     r"Het document eindigt te vroeg: \1, geopend in regel \2, wordt niet gesloten. Misschien is het onderweg afgebroken."),
    (r"The document has a document type declaration \(<!DOCTYPE …>\) in line (\d+)\. Remove it: .*",
     r"Het document heeft een documenttypedeclaratie (<!DOCTYPE …>) in regel \1. Verwijder die: entiteiten en DTD's worden nooit gelezen."),
    (r"The document was withdrawn\..*", "Het document is teruggetrokken."),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern, re.S), template) for pattern, template in _DETAILS)


def detail(english: str) -> str | None:
    """The sentence in Dutch; None if there is no Dutch form of it."""
    for pattern, template in _COMPILED:
        if match := pattern.fullmatch(english):
            made = match.expand(template)
            if "{places}" in made:
                made = made.format(more="meer dan " if match[1] else "", places="plaats" if match[2] == "1" else "plaatsen")
            return made
    return None
