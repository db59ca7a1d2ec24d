"""Views as plain dictionaries and JSON, and back.

The mapping. A view is an object whose keys are the fields that are there, by their Python names, in document order; a field that may be
there often is a list. A child with a simple type is its value. NIL is {"@nil": true}, and a view that is nil has the key "@nil". A text
that is no value of its field's type is {"@raw": text}, so that drafts have dictionaries, too. xsi:type is "@type", a Clark name; the member
of a substitution group that stands for a head is "@name". Where children of different fields take turns, or texts and unknown elements
stand among them, they are in "@content": a list of texts and of objects with one key, the field's name ("@element" with the raw XML for an
element that no field is for). Unknown attributes are "@attributes". Values: JSON's own where nothing is lost (true, 12, finite 1.5), else
the lexical form as a string; lists of values are lists. The root has its Clark name as "@name". Left out, since they are no values:
comments, processing instructions, indentation.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from lxml import etree

from ..errors import UsageError
from ..schema import lexical
from ..xml import parser
from . import editing
from .codecs import Codec, name, write_qname
from .datatypes import NIL, BadValue, QName
from .fields import XSI_NIL, XSI_TYPE, Field, is_any, put_text, write_text
from .view import View, declared_class, face, is_nil, tables, view_of


def to_dict(view: View, plain: bool = False) -> dict[str, Any]:
    """The view as a dictionary. `plain`: values as JSON has them, else as Python has them."""
    cls, element = type(view), view._element
    table = tables(cls)
    made: dict[str, Any] = {"@name": element.tag} if element.getparent() is None else {}
    if element.get(XSI_TYPE) is not None:
        made["@type"] = _type_name(view)
    if is_nil(element):
        made["@nil"] = True
    content: list[Any] = []
    unknown: dict[str, str] = {}
    for field, value in view.items(lenient=True):
        if field.kind == "wild_attributes":
            unknown[value[0]] = value[1]
        elif field.kind == "mixed":
            content.append(value)
        elif field.kind in ("attribute", "text"):
            if not (field is table.text and made.get("@nil")):
                made[field.name] = _value(value, plain, field.codec)
        elif field.kind == "wild":
            content.append({"@element": _raw(value._element)})
        else:
            shown = to_dict(value, plain) if isinstance(value, View) else _value(value, plain, field.codec)
            if field.members and isinstance(value, View) and value._element.tag != field.tag:
                shown = {"@name": value._element.tag, **shown}
            content.append({field.name: shown})
    if unknown:
        made["@attributes"] = unknown
    if not content:
        return made
    keys = [next(iter(entry)) if isinstance(entry, dict) else "" for entry in content]
    runs = [key for key, _ in groupby(keys)]
    fields = cls.fields()
    turns = cls.__mixed__ or "@element" in runs or len(set(runs)) != len(runs)
    if turns or any(keys.count(key) > 1 and not fields[key].many for key in runs):
        made["@content"] = content
        return made
    for entry in content:
        ((key, shown),) = entry.items()
        if fields[key].many:
            made.setdefault(key, []).append(shown)
        else:
            made[key] = shown
    return made


def to_json(view: View, indent: int | None = None) -> str:
    """The view as JSON text."""
    return json.dumps(to_dict(view, plain=True), ensure_ascii=False, indent=indent, allow_nan=False)


def _type_name(view: View) -> str:
    return face(type(view)).__xsd__


def _raw(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)


def _value(value: Any, plain: bool, codec: Codec) -> Any:
    if value is NIL:
        return {"@nil": True}
    if isinstance(value, BadValue):
        return {"@raw": value.raw}
    if not plain:
        return value
    if isinstance(value, tuple):
        item_codec = Codec.of(codec.simple.item) if codec.simple.item is not None else codec
        return [_value(item, plain, item_codec) for item in value]
    if isinstance(value, bool | int):
        return value if value.bit_length() < lexical.LONG else lexical.write(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else lexical.write(value)
    if isinstance(value, QName):
        return value.text
    if isinstance(value, bytes):
        return lexical.write(value, "base64Binary") if is_any(codec) else codec.write(value)
    return str(lexical.write(value))


def fill(view: View, given: Mapping[str, Any]) -> None:
    """Give an empty view the content of a dictionary that `to_dict` made, or that somebody wrote alike. Raises BadValue, UsageError."""
    fields = type(view).fields()
    element = view._element
    as_given = _in_order(view, given)
    for key, value in given.items():
        if key == "@attributes":
            _set_attributes(view, value)
        elif key == "@nil":
            if value:
                element.set(XSI_NIL, "true")
        elif key.startswith("@"):
            if key not in ("@content", "@type", "@name"):
                raise UsageError(f"{type(view).__qualname__} has no {key!r}: see the mapping of xmlsvc.binding.dicts")
        elif key not in fields:
            raise UsageError(f"{type(view).__qualname__} has no field {key!r}; it has {', '.join(fields) or 'none'}")
        else:
            field = fields[key]
            for one in value if field.many and isinstance(value, list | tuple) else [value]:
                _put(view, field, one, as_given)
    for entry in _content(view, given):
        if isinstance(entry, str):
            _append_text(element, entry)
            continue
        ((key, value),) = entry.items()
        if key == "@element":
            element.append(parser.parse(str(value).encode()).getroot())
        elif key in fields:
            _put(view, fields[key], value, True)
        else:
            raise UsageError(f"{type(view).__qualname__} has no field {key!r}; it has {', '.join(fields) or 'none'}")


def _content(view: View, given: Mapping[str, Any]) -> list[str | Mapping[str, Any]]:
    """The entries of "@content"."""
    content = given.get("@content") or []
    readable = isinstance(content, list) and all(isinstance(each, str) or (isinstance(each, Mapping) and len(each) == 1)
                                                 for each in content)
    if not readable:
        raise UsageError(f"“@content” of {type(view).__qualname__} is a list of texts and of objects with one key each")
    return content


def _set_attributes(view: View, given: Any) -> None:
    if not isinstance(given, Mapping):
        raise UsageError(f"“@attributes” of {type(view).__qualname__} is an object: texts by Clark names")
    for attribute, text in given.items():
        try:
            view._element.set(attribute, text)
        except (TypeError, ValueError) as error:
            raise UsageError(f"{type(view).__qualname__} cannot have the attribute {attribute!r} with {text!r}: {error}") from None


def _in_order(view: View, given: Mapping[str, Any]) -> bool:
    """Whether the children may stand in the order in which the dictionary has them, where the content model leaves more than one."""
    order = editing.order_of(type(view))
    if not order.repeats:
        return False
    fields = type(view).fields()
    children = [(fields[key], value) for key, value in given.items() if key in fields and fields[key].kind in ("value", "view")]
    return order.matcher.accepts([_tag_of(field, one) for field, value in children
                                  for one in (value if field.many and isinstance(value, list | tuple) else [value]) if one is not None])


def _tag_of(field: Field, value: Any) -> str:
    """The name of the element that a value of a field becomes."""
    return str(value.get("@name", field.tag)) if isinstance(value, Mapping) else field.tag


def _append_text(element: etree._Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _put(view: View, field: Field, value: Any, last: bool) -> None:
    """Set an attribute or text, add a child (`last`: at the end, whatever the content model says)."""
    if value is None:
        return
    element = view._element
    if field.kind == "attribute":
        raw = _raw_of(value)
        element.set(field.tag, raw if raw is not None else decode(field.codec, value, element))
        return
    if field.kind == "text":
        _put_value(field, element, value)
        return
    tag = _tag_of(field, value)
    if tag != field.tag and tag not in field.members:
        raise UsageError(f"{tag!r} cannot stand for {field.owner.__qualname__}.{field.name}")
    if last:
        child = element.makeelement(tag, nsmap=view.package().nsmap_of(tag))
        element.append(child)
    else:
        child = editing.insert(view, tag)
    if field.kind == "value":
        _put_value(field, child, value)
        return
    made = _typed(field, child, value)
    if isinstance(value, Mapping):
        fill(made, value)
    elif (text := tables(type(made)).text) is not None:
        put_text(text, child, decode(text.codec, value, child))
    else:
        raise BadValue(f"{field.owner.__qualname__}.{field.name} wants an object, not {value!r}")


def _put_value(field: Field, element: etree._Element, value: Any) -> None:
    if (raw := _raw_of(value)) is not None:
        write_text(element, raw)
    else:
        put_text(field, element, NIL if _says_nil(value) else decode(field.codec, value, element))


def _raw_of(value: Any) -> str | None:
    """The text of {"@raw": text}; None for all else."""
    return str(value["@raw"]) if isinstance(value, Mapping) and set(value) == {"@raw"} else None


def _says_nil(value: Any) -> bool:
    return value is NIL or (isinstance(value, Mapping) and value.get("@nil") is True)


def _typed(field: Field, child: etree._Element, value: Any) -> View:
    """The view of a new child; "@type" is written as xsi:type."""
    said = value.get("@type") if isinstance(value, Mapping) else None
    if said is None:
        return view_of(field, child)
    package = field.owner.package()
    found = package.type_named(said) if isinstance(said, str) else None
    if found is None:
        raise UsageError(f"{said!r} is no type of this schema")
    cls = package.value_class(found) if isinstance(found, Codec) else found
    if not issubclass(cls, declared_class(field, child.tag)) and declared_class(field, child.tag).__xsd__:
        raise BadValue(f"{said!r} is not derived from the type of {field.owner.__qualname__}.{field.name}")
    package.say_type(child, cls, said)
    made = object.__new__(cls)
    made._element = child
    return made


def decode(codec: Codec, value: Any, element: etree._Element) -> str:
    """The text of a value that came from a dictionary: Python's own values, or what JSON had in their stead."""
    simple = codec.simple
    several = isinstance(value, list | tuple)
    if isinstance(value, Mapping) or (several and simple.variety == "atomic" and not is_any(codec)):
        raise BadValue(f"a value of {name(simple)} is wanted, not {value!r}")
    if several:
        item = Codec.of(simple.item) if simple.item is not None else codec
        return " ".join(decode(item, one, element) for one in value)
    if codec.contextual and isinstance(value, str) and not isinstance(value, QName):
        if value[:1] == "{":
            return write_qname(QName(value), element)
        return value
    return codec.write(value, element)


