"""The six verbs (section 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from ...documents.services import Services
from ...xml import parser
from .. import channels, collections
from ..collections import Entry
from . import prefixes, records, tokens, write
from .arguments import Refused, read, selection
from .prefixes import Prefix
from .tokens import Token

SETS_PAGE = 500


@dataclass(frozen=True)
class Repository:
    """What answers. `base`: the address that harvesters ask; `host`: the name in identifiers; `schemas`: the address below which schemas
    are found as VOCABULARY/VERSION/FILE."""

    services: Services
    base: str
    host: str
    schemas: str

    def identifier(self, document: str) -> str:
        return f"oai:{self.host}:{document}"

    def document(self, identifier: str) -> str:
        """The document's id; "" for an identifier that is none of ours."""
        start = f"oai:{self.host}:"
        return identifier.removeprefix(start) if identifier.startswith(start) else ""

    @property
    def key(self) -> bytes:
        return tokens.key(self.services.settings.var)


def answer(repository: Repository, given: Sequence[tuple[str, str]]) -> bytes:
    """The response to a request's arguments, names and values as they came. Raises Unavailable, StylesheetError: these are no errors of the
    protocol."""
    now = repository.services.clock.now()
    try:
        found = read(given)
    except Refused as error:
        return _refusal(repository, now, {}, error)
    try:
        root = _VERBS[found["verb"]](repository, found, now)
    except Refused as error:
        shown = {} if error.code == "badArgument" else found
        return _refusal(repository, now, shown, error)
    return write.data(root)


def _refusal(repository: Repository, now: datetime, request: dict[str, str], error: Refused) -> bytes:
    root = write.response(now, repository.base, request)
    write.add(root, "error", error.message, code=error.code)
    return write.data(root)


def _envelope(repository: Repository, found: dict[str, str], at: datetime) -> tuple[etree._Element, etree._Element]:
    root = write.response(at, repository.base, found)
    return root, write.add(root, found["verb"])


def _identify(repository: Repository, found: dict[str, str], now: datetime) -> etree._Element:
    settings = repository.services.settings
    root, made = _envelope(repository, found, now)
    host = repository.host if "." in repository.host else f"{repository.host}.localdomain"
    for name, text in (
        ("repositoryName", settings.title), ("baseURL", repository.base), ("protocolVersion", "2.0"),
        ("adminEmail", settings.contact or f"postmaster@{host}"), ("earliestDatestamp", write.stamp(_earliest(repository, now))),
        ("deletedRecord", "persistent"), ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
    ):  # fmt: skip
        write.add(made, name, text)
    return root


def _earliest(repository: Repository, now: datetime) -> datetime:
    """Nothing that is listed bears an earlier stamp, whatever its format: ids of documents sort by the time of their making."""
    row = repository.services.sessions.read(lambda store: store.execute("SELECT created FROM document ORDER BY id LIMIT 1").get_one())
    return now if row is None else min(now, channels.moment(row[0]))


def _list_metadata_formats(repository: Repository, found: dict[str, str], now: datetime) -> etree._Element:
    known = prefixes.of(repository.services, repository.schemas)
    shown = list(known.values())
    if "identifier" in found:
        document = repository.document(found["identifier"])
        vocabulary = collections.vocabulary_of(repository.services, document) if document else None
        if vocabulary is None:
            raise Refused("idDoesNotExist", "There is no record of this identifier.")
        shown = [each for each in shown if vocabulary in dict(each.channels)]
        if not shown:
            raise Refused("noMetadataFormats", "This record is not available in any format.")
    root, made = _envelope(repository, found, now)
    for each in shown:
        format = write.add(made, "metadataFormat")
        for name, text in (("metadataPrefix", each.name), ("schema", each.schema), ("metadataNamespace", each.namespace)):
            write.add(format, name, text)
    return root


def _list_sets(repository: Repository, found: dict[str, str], now: datetime) -> etree._Element:
    everything = records.all_sets(repository.services)
    after, cursor = "", 0
    if "resumptionToken" in found:
        token = tokens.read(repository.key, found["resumptionToken"], found["verb"], now)
        after, cursor = str(token.after[0]), token.cursor
    page = [each for each in everything if each.spec > after][: SETS_PAGE + 1]
    root, made = _envelope(repository, found, now)
    for each in page[:SETS_PAGE]:
        one = write.add(made, "set")
        write.add(one, "setSpec", each.spec)
        write.add(one, "setName", each.name)
    if len(page) > SETS_PAGE or cursor:
        following = (page[SETS_PAGE - 1].spec,) if len(page) > SETS_PAGE else None
        _resume(repository, made, Token("ListSets", None, following or (), cursor, now + tokens.LIFE), SETS_PAGE, following is not None)
    return root


def _resume(repository: Repository, parent: etree._Element, token: Token, count: int, more: bool) -> None:
    """The token at a list's end: empty on the last page (section 3.5)."""
    made = write.add(parent, "resumptionToken", cursor=str(token.cursor))
    if more:
        made.text = tokens.write(repository.key, replace(token, cursor=token.cursor + count))
        made.set("expirationDate", write.stamp(token.expires))


def _get_record(repository: Repository, found: dict[str, str], now: datetime) -> etree._Element:  # noqa: ARG001
    document = repository.document(found["identifier"])
    if not document:
        raise Refused("idDoesNotExist", "There is no record of this identifier.")
    known = _prefix(repository, found["metadataPrefix"], document)
    entry, specs, at = records.one(repository.services, known, document)
    root, made = _envelope(repository, found, at)
    _record(repository, made, entry, specs, collections.data(repository.services, [entry])[0])
    return root


def _prefix(repository: Repository, name: str, document: str = "") -> Prefix:
    found = prefixes.of(repository.services, repository.schemas).get(name)
    if found is not None:
        return found
    if document and collections.vocabulary_of(repository.services, document) is None:
        raise Refused("idDoesNotExist", "There is no record of this identifier.")
    raise Refused("cannotDisseminateFormat", f"There is no metadataPrefix {name!r}. ListMetadataFormats names them.")


def _record(repository: Repository, parent: etree._Element, entry: Entry, specs: Sequence[str], data: bytes | None) -> None:
    made = write.add(parent, "record")
    deleted = entry.withdrawn or not entry.member or data is None
    write.header(made, repository.identifier(entry.document), entry.stamp, specs, deleted)
    if not deleted and data is not None:
        root = parser.parse(data).getroot()
        root.tail = None
        write.add(made, "metadata").append(root)


def _list(repository: Repository, found: dict[str, str], now: datetime) -> etree._Element:
    services, asked, after, cursor = repository.services, None, None, 0
    if "resumptionToken" in found:
        token = tokens.read(repository.key, found["resumptionToken"], found["verb"], now)
        asked, after, cursor = token.selection, token.after, token.cursor
    asked = asked or selection(found)
    page = records.page(services, _prefix(repository, asked.prefix), asked, after)
    root, made = _envelope(repository, found, page.at)
    if found["verb"] == "ListRecords":
        for entry, data in zip(page.entries, collections.data(services, page.entries), strict=True):
            _record(repository, made, entry, page.specs[entry.document], data)
    else:
        for entry in page.entries:
            write.header(made, repository.identifier(entry.document), entry.stamp, page.specs[entry.document],
                         entry.withdrawn or not entry.member)  # fmt: skip
    if page.more or cursor:
        key = page.entries[-1].key("oldest") if page.entries else after or ()
        token = Token(found["verb"], asked, key, cursor, now + tokens.LIFE)
        _resume(repository, made, token, len(page.entries), page.more)
    return root


_VERBS: dict[str, Callable[[Repository, dict[str, str], datetime], etree._Element]] = {
    "Identify": _identify, "ListMetadataFormats": _list_metadata_formats, "ListSets": _list_sets, "GetRecord": _get_record,
    "ListIdentifiers": _list, "ListRecords": _list,
}
