"""For each type of problem an exchange that meets it, and one that does not."""

from __future__ import annotations

_POST = "curl -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/xml' --data-binary @a.xml ADDRESS/api/documents"
_PUT = "curl -X PUT -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/xml' {}--data-binary @a.xml ADDRESS/api/documents/ID"
_SCHEMA = '<xs:element name="title" type="{}"/>'

EXAMPLES: dict[str, tuple[str, str]] = {
    "error": ("500 with a request id: not by anything that you sent", "The same request, once the operator has mended the fault"),
    "input": ("A parameter, a body or a file that cannot be used", "The same, mended as `detail` says"),
    "not-well-formed": ("<title>Fish & Chips</title>", "<title>Fish &amp; Chips</title>"),
    "doctype-refused": ('<!DOCTYPE programme SYSTEM "programme.dtd">\n<programme>…</programme>', "<programme>…</programme>"),
    "too-large": ("One document with the video in it, as base64", "<file>https://media.example.org/a.mp4</file>"),
    "unsupported-media-type": (_POST.replace("application/xml", "application/json"), _POST),
    "unknown-vocabulary": ("<programme>…</programme>", '<programme xmlns="urn:xmlsvc:programme">…</programme>'),
    "invalid-document": (
        "<programme>\n  <titel>The Long Shore</titel>\n</programme>", "<programme>\n  <title>The Long Shore</title>\n</programme>",
    ),
    "idempotency-key-reused": (
        'Idempotency-Key: "1"   for every document',
        'Idempotency-Key: "8e03978e-40d5-43e8-bc93-6894a57f9324"   for this document alone',
    ),
    "bad-request": ("GET /api/documents?limit=many", "GET /api/documents?limit=50"),
    "digest-mismatch": (
        "Content-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
        "Content-Digest: sha-256=:$(openssl dgst -sha256 -binary a.xml | base64):",
    ),
    "method-not-allowed": ("PUT /api/documents", "POST /api/documents"),
    "length-required": (
        "POST /api/documents HTTP/1.1\n\n<programme>…", "POST /api/documents HTTP/1.1\nContent-Length: 1204\n\n<programme>…",
    ),
    "request-timeout": ("A body of which the last bytes never come", "The same request again"),
    "usage": ("xmlsvc validate --schema x.xsd", "xmlsvc validate --schema x.xsd a.xml"),
    "schema-error": (_SCHEMA.format("xs:sting"), _SCHEMA.format("xs:string")),
    "unresolved-location": (
        "xmlsvc vocabulary add media media.xsd   where media.xsd imports http://www.w3.org/1999/xlink.xsd",
        "xmlsvc vocabulary add media media.xsd --catalog folder-with-xlink.xsd",
    ),
    "stylesheet-error": ('<xsl:value-of select="title["/>', '<xsl:value-of select="title[1]"/>'),
    "output-refused": ("A feed item without the title that its format wants", "The same item with its title"),
    "access": ("A request for what belongs to somebody else", "The same request with an identity that may"),
    "unauthenticated": ("curl ADDRESS/api/documents", "curl -H 'Authorization: Bearer TOKEN' ADDRESS/api/documents"),
    "forbidden": (
        "POST /api/documents   with a token that has the scope read", "POST /api/documents   with a token that has the scope submit",
    ),
    "state": ("Publishing what has been withdrawn", "Delivering it anew"),
    "not-found": ("GET /api/documents/1", "GET /api/documents/01jd2v9m3k8f4w5x6y7z0a1b2c   as the Location of its delivery said"),
    "gone": ("GET /api/documents/ID   after DELETE /api/documents/ID", "GET /api/documents/ID/revisions"),
    "not-acceptable": ("Accept: image/png", "Accept: application/xml"),
    "conflict": ("PUT of document A to the address of document B", "PUT of document A to its own address"),
    "request-in-flight": ("The same request twice at the same time", "The second one after Retry-After seconds"),
    "changed-meanwhile": ("Saving revision 3 while somebody has saved revision 4", "Saving on top of revision 4"),
    "patch-refused": ('<remove sel="title"/>   where there are two titles', '<remove sel="title[2]"/>'),
    "precondition-failed": (_PUT.format("-H 'If-Match: \"ETAG OF YESTERDAY\"' "), _PUT.format("-H 'If-Match: \"ETAG OF NOW\"' ")),
    "precondition-required": (_PUT.format(""), _PUT.format("-H 'If-Match: \"ETAG\"' ")),
    "too-many-requests": ("A loop without a pause", "A loop that sleeps as long as Retry-After says; RateLimit tells what is left"),
    "environment": ("500 with a request id: not by anything that you sent", "The same request, once the operator has mended the fault"),
    "unavailable": ("A request while the database restarts", "The same request after Retry-After seconds"),
}
