"""The namespace urn:xmlsvc:common. Generated; changes here are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xmlsvc.binding import declare as _declare
from xmlsvc.binding.declare import list_of, Namespace, restrict, union, View

if TYPE_CHECKING:
    from xmlsvc.binding.declare import Attribute, Text

P = '{urn:xmlsvc:common}'
__namespace__ = Namespace(__name__.rpartition('.')[0] + '.c', 'urn:xmlsvc:common')
__all__ = [
    'HouseIdType', 'LocalCodeType', 'PartialDateType', 'RunningTimeType', 'TerritoryCodeType', 'TerritoryCodesType',
    'TerritoryListType', 'TextLineType', 'TimecodeType', 'ZonedDateTimeType', 'LocalisedTextType'
]

TextLineType = restrict('xs:token', name='{urn:xmlsvc:common}TextLineType', min_length=1, max_length=500)

HouseIdType = restrict('xs:token', name='{urn:xmlsvc:common}HouseIdType', patterns=(('[a-z]{3}-[0-9a-z]{3,24}',),))

LocalCodeType = restrict('xs:token', name='{urn:xmlsvc:common}LocalCodeType', max_length=64, patterns=(('x(-[a-z0-9]+)+',),))

TerritoryCodeType = restrict('xs:token', name='{urn:xmlsvc:common}TerritoryCodeType', patterns=(('[A-Z]{2}',),))

TerritoryCodesType = list_of('TerritoryCodeType', name='{urn:xmlsvc:common}TerritoryCodesType')

TerritoryListType = restrict('TerritoryCodesType', name='{urn:xmlsvc:common}TerritoryListType', min_length=1)

PartialDateType = union('xs:date', 'xs:gYearMonth', 'xs:gYear', name='{urn:xmlsvc:common}PartialDateType')

ZonedDateTimeType = restrict('xs:dateTime', name='{urn:xmlsvc:common}ZonedDateTimeType', patterns=(('.+(Z|[+\\-][0-9]{2}:[0-9]{2})',),))

RunningTimeType = restrict('xs:duration', name='{urn:xmlsvc:common}RunningTimeType', min_inclusive='PT0S')

TimecodeType = restrict('xs:token', name='{urn:xmlsvc:common}TimecodeType', patterns=(('([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](:[0-9]{2})?',),))


class LocalisedTextType(View):
    """One line of text in one language."""

    __slots__ = ()
    __xsd__ = P + 'LocalisedTextType'

    value: Text[str] = _declare.text('TextLineType')
    lang: Attribute[str] = _declare.attribute('{http://www.w3.org/XML/1998/namespace}lang', _declare.union('xs:language', _declare.restrict('xs:string', enumeration=('',))), required=True)
    """Language in which the text is written, such as nl or en-GB."""
