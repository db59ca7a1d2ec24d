"""The one table of error class → HTTP status, and what the page behind each problem type says.

A problem's `type` is the address of that page, `/problems/SLUG`; slugs never change once published (RFC 9457, section 3.1.1).
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import errors
from ..xml.selectors import PatchRefused
from .problem_examples import EXAMPLES


class MethodNotAllowed(errors.BadRequest):
    """`allow`: the methods that the resource has."""

    slug, title = "method-not-allowed", "This address does not know that method"

    def __init__(self, method: str, allow: tuple[str, ...]) -> None:
        super().__init__(f"{method} cannot be used here. Allowed: {', '.join(allow)}.", allow=list(allow))
        self.allow = allow


class LengthRequired(errors.BadRequest):
    slug, title = "length-required", "The length of the body is missing"


class RequestTimeout(errors.BadRequest):
    slug, title = "request-timeout", "The request did not arrive in time"


class DigestMismatch(errors.BadRequest):
    slug, title = "digest-mismatch", "The body is not the one that its digest was made of"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """`who` has to act; `wrong` and `right` are an exchange that meets the problem and one that does not."""

    error: type[errors.Error]
    status: int
    cause: str
    fix: str
    who: str

    @property
    def slug(self) -> str:
        return self.error.slug

    @property
    def title(self) -> str:
        return self.error.title

    @property
    def wrong(self) -> str:
        return EXAMPLES[self.slug][0]

    @property
    def right(self) -> str:
        return EXAMPLES[self.slug][1]

    @property
    def url(self) -> str:
        """The absolute path that `type` holds."""
        return f"/problems/{self.slug}"


TYPES: tuple[ProblemType, ...] = (
    ProblemType(
        errors.Error,
        500,
        "Something in the service failed that should not fail. The request did not change anything unless the answer says so.",
        "Try again; if it stays, tell the operator the request id of the answer. The operator finds the cause under that id in the log.",
        "The operator of the service.",
    ),
    ProblemType(
        errors.InputError,
        422,
        "What was sent can be read, but cannot be used.",
        "The sentence in `detail` says what is wrong and where.",
        "The sender.",
    ),
    ProblemType(
        errors.NotWellFormed,
        400,
        "The bytes are not well-formed XML: a tag is not closed, a name or an entity is not known, a character is not allowed, or the "
        "encoding is not the one that the XML declaration names. No schema can be applied to such a text. The receipt keeps the bytes.",
        "Write the document with an XML library instead of by joining strings; check it with `xmllint --noout FILE`. `line` and `column` "
        "say where reading stopped; the cause is there or shortly before.",
        "The sender.",
    ),
    ProblemType(
        errors.DoctypeRefused,
        400,
        "The document begins with a document type declaration (<!DOCTYPE …>). Such a declaration can read files and blow up "
        "a small document to gigabytes, so documents that have one are refused.",
        "Leave the declaration out and write characters in place of the entities that it declared.",
        "The sender.",
    ),
    ProblemType(
        errors.TooLarge,
        413,
        "The body, or the document in it, is over a limit of this service: bytes, depth of nesting, number of elements or of attributes.",
        "Send fewer or smaller documents; `detail` names the limit. Media files do not belong into the XML: give their location.",
        "The sender; the operator can raise the limits in xmlsvc.toml (max_body_bytes, max_depth, max_elements, max_attributes).",
    ),
    ProblemType(
        errors.UnsupportedMediaType,
        415,
        "The body's Content-Type is not XML, or there is none.",
        "Send documents as application/xml (text/xml and any …+xml will do, too).",
        "The sender.",
    ),
    ProblemType(
        PatchRefused,
        422,
        "An operation of the XML patch cannot be carried out on the document as it is. Nothing was changed. `reason` is the name that RFC "
        "5261, section 5, has for the error; `operation` counts the patch's operations from 1.",
        "Read the document again and see what the operation's `sel` selects: it must name exactly one node. Names without a prefix are in "
        "the patch's default namespace.",
        "The sender.",
    ),
    ProblemType(
        errors.UnknownVocabulary,
        422,
        "No registered vocabulary has the document's root element, or ?schema= names one that is not registered. "
        "The bytes are kept under the receipt.",
        "Check the root element's name and namespace. GET /api/vocabularies lists what is registered, with the roots of each. "
        "An operator adds a vocabulary with: xmlsvc vocabulary add NAME FILE.xsd",
        "The sender, or the operator where the vocabulary should be known.",
    ),
    ProblemType(
        errors.InvalidDocument,
        422,
        "The document is well-formed but breaks rules of its schema. `errors` lists every violation: line, column, path, what was found, "
        "what is expected, and a sentence. The document is kept in quarantine; what was published before stays.",
        "Correct the places that `errors` names and send the document again. POST /api/validate checks a document without storing it, "
        "with the same result.",
        "The sender; an editor can correct it here as well.",
    ),
    ProblemType(
        errors.KeyReused,
        422,
        "The Idempotency-Key of this request came with another request before: with another body, to another address, or both.",
        "Make a new key (a random UUID, say) for each request, and repeat a key only with the very same request.",
        "The sender.",
    ),
    ProblemType(
        errors.BadRequest,
        400,
        "A parameter, a header or the form of the request cannot be understood.",
        "`detail` names the part and what it may be.",
        "The sender.",
    ),
    ProblemType(
        DigestMismatch,
        400,
        "The field Content-Digest (RFC 9530) does not fit the bytes that arrived: they were changed or cut off on the way, or the digest "
        "was made of other bytes (of those before compression, say). Nothing was stored.",
        "Send the request again. Make the digest of the very bytes that are sent: after compression, where Content-Encoding says so.",
        "The sender.",
    ),
    ProblemType(
        MethodNotAllowed,
        405,
        "The address exists, but not with this method.",
        "The header Allow lists the methods that it has.",
        "The sender.",
    ),
    ProblemType(
        LengthRequired,
        411,
        "The request has a body but neither Content-Length nor Transfer-Encoding: chunked.",
        "Send Content-Length; every HTTP library does when it is given the whole body.",
        "The sender.",
    ),
    ProblemType(
        RequestTimeout,
        408,
        "The body began to arrive and then stopped, so the connection was given up.",
        "Send the request again over a connection that does not stall.",
        "The sender.",
    ),
    ProblemType(
        errors.UsageError, 400, "The command cannot be carried out as it was given.", "`detail` says what it lacks.", "The caller."
    ),
    ProblemType(
        errors.SchemaError,
        422,
        "The XSD, or the manifest beside it, is no valid schema.",
        "`findings` names file, line and reason of each fault.",
        "The author of the schema.",
    ),
    ProblemType(
        errors.UnresolvedLocation,
        422,
        "A schema document that is imported or included is not in reach. Nothing is ever fetched from the network.",
        "Supply the missing file, or a catalogue that maps its address to a file: xmlsvc vocabulary add NAME FILE.xsd --catalog FOLDER",
        "The operator.",
    ),
    ProblemType(
        errors.StylesheetError,
        500,
        "A stylesheet does not compile, or it failed on this document. Other formats of the document are not affected.",
        "`detail` names stylesheet and line. The document itself can still be had as application/xml.",
        "The author of the stylesheet.",
    ),
    ProblemType(
        errors.OutputRefused,
        500,
        "What the stylesheet made of this document does not satisfy the schema of its format, so it is not sent to anybody.",
        "`detail` names the format and the first violation of its output. The document itself can still be had as application/xml.",
        "The author of the stylesheet.",
    ),
    ProblemType(errors.AccessError, 403, "Access was denied.", "Ask the operator for the rights that are needed.", "The operator."),
    ProblemType(
        errors.Unauthenticated,
        401,
        "The request carries no valid token and no login. Tokens expire and can be revoked.",
        "Send the token that the operator gave you as `Authorization: Bearer TOKEN`; in a browser, log in at /login.",
        "The sender; the operator makes a new token with: xmlsvc token add PARTNER",
    ),
    ProblemType(
        errors.Forbidden,
        403,
        "The token or login is valid, but may not do this: its scope or role is too narrow, or the request came from another web site.",
        "Use an identity that may, or ask the operator to widen this one.",
        "The operator.",
    ),
    ProblemType(
        errors.StateError, 409, "The request does not fit what is stored.", "Read the current state and decide again.", "The sender."
    ),
    ProblemType(
        errors.NotFound,
        404,
        "There is nothing at this address, or what is there belongs to somebody else.",
        "Check the address. Documents are found by GET /api/documents, receipts by the Location header of the answer that made them.",
        "The sender.",
    ),
    ProblemType(errors.Gone, 410, "There was something here, and it has been withdrawn on purpose.", "Remove links to it.", "The sender."),
    ProblemType(
        errors.NotAcceptable,
        406,
        "None of the media types that the Accept header allows can be produced from this resource.",
        "`available` lists what can be had; or choose by ?format=NAME.",
        "The sender.",
    ),
    ProblemType(
        errors.Conflict,
        409,
        "The request conflicts with another change or with the state of the document.",
        "Read the document again, apply your change to what is there now, and send it again.",
        "The sender.",
    ),
    ProblemType(
        errors.InFlight,
        409,
        "A request with the same Idempotency-Key arrived before and is not answered yet.",
        "Wait as many seconds as Retry-After says and send the same request again: it will get the answer of the first one.",
        "The sender.",
    ),
    ProblemType(
        errors.ChangedMeanwhile,
        409,
        "Somebody else saved the document after it was opened for editing. Nothing was overwritten and nothing of yours was stored.",
        "The page shows both sides' changes: those that do not touch the same place are brought together already, choose for the others.",
        "The editor.",
    ),
    ProblemType(
        errors.PreconditionFailed,
        412,
        "The document has changed since it was read: its ETag is no longer the one in If-Match.",
        "GET the document again, apply your change to it, and send it with the new ETag.",
        "The sender.",
    ),
    ProblemType(
        errors.PreconditionRequired,
        428,
        "Changing a document needs an If-Match header, so that nobody's work is overwritten unseen.",
        "GET the document and send its ETag back as If-Match.",
        "The sender.",
    ),
    ProblemType(
        errors.TooManyRequests,
        429,
        "More requests came than this identity may send.",
        "Wait as many seconds as Retry-After says.",
        "The sender.",
    ),
    ProblemType(
        errors.EnvironmentFault,
        500,
        "The installation has a fault: database, disk or settings.",
        "Tell the operator the request id. Nothing that was acknowledged before is lost.",
        "The operator.",
    ),
    ProblemType(
        errors.Unavailable,
        503,
        "The service cannot do this right now.",
        "Try again after as many seconds as Retry-After says.",
        "The sender, later; the operator if it stays.",
    ),
)

_BY_ERROR = {kind.error: kind for kind in TYPES}
BY_SLUG = {kind.slug: kind for kind in TYPES}


def of(error: BaseException) -> ProblemType:
    """The problem type of an exception: its own class's entry, else that of its nearest ancestor; `errors.Error` for foreign ones."""
    for kind in type(error).__mro__:
        if kind in _BY_ERROR:
            return _BY_ERROR[kind]
    return _BY_ERROR[errors.Error]
