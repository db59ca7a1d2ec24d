"""The namespace urn:xmlsvc:rights. Generated; changes here are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xmlsvc.binding import declare as _declare
from xmlsvc.binding.declare import attribute, enumeration, many, Namespace, one, StrEnum, value, values, View

if TYPE_CHECKING:
    from xmlsvc.binding.datatypes import Date, DateTime
    from xmlsvc.binding.declare import Attribute, Default, Many, One, Text, Value, Values

P = '{urn:xmlsvc:rights}'
__namespace__ = Namespace(__name__.rpartition('.')[0] + '.r', 'urn:xmlsvc:rights')
__all__ = [
    'UseType', 'EndType', 'RightsType', 'WindowType', 'WorldwideType'
]


@enumeration('xs:token', name='{urn:xmlsvc:rights}UseType')
class UseType(StrEnum):
    """A way of making an item available to the public."""

    LINEAR = 'linear'
    """Broadcast on a channel, at a fixed time."""
    SIMULCAST = 'simulcast'
    """Streamed at the same time as the broadcast."""
    CATCH_UP = 'catch-up'
    """On demand for some days after the broadcast."""
    AVOD = 'avod'
    """On demand, free of charge, with advertisements."""
    SVOD = 'svod'
    """On demand for subscribers."""
    TVOD = 'tvod'
    """On demand, paid for each viewing."""
    DOWNLOAD = 'download'
    """To keep on the viewer's own device."""
    SOCIAL = 'social'
    """On social media platforms of third parties."""


class WorldwideType(View):
    """An empty mark: everywhere."""

    __slots__ = ()
    __xsd__ = P + 'WorldwideType'


class EndType(View):
    """The moment at which a window closes."""

    __slots__ = ()
    __xsd__ = P + 'EndType'

    value: Text[DateTime] = _declare.text('c:ZonedDateTimeType')
    renewal: Attribute[Date] = _declare.attribute('renewal', 'xs:date')
    """Day on which a renewal should be talked about."""


class WindowType(View):
    """A period in which the item may be used in some territories."""

    __slots__ = ()
    __xsd__ = P + 'WindowType'
    __content__ = '(worldwide | territories | worldwide_except) start end use{1,8} max_plays?'

    exclusive: Default[bool] = attribute('exclusive', 'xs:boolean', default='false')
    """Whether nobody else may use the item there in this period."""
    worldwide: One[WorldwideType] = one(P + 'worldwide', 'WorldwideType')
    """The window holds everywhere."""
    territories: Value[tuple[str, ...]] = value(P + 'territories', 'c:TerritoryListType')
    """The window holds only in these territories."""
    worldwide_except: Value[tuple[str, ...]] = value(P + 'worldwideExcept', 'c:TerritoryListType')
    """The window holds everywhere but in these territories."""
    start: Value[DateTime] = value(P + 'start', 'c:ZonedDateTimeType', required=True)
    """From when the item may be used."""
    end: One[EndType] = one(P + 'end', 'EndType', nillable=True, required=True)
    """Until when the item may be used. Left empty with xsi:nil="true" for a window without an end."""
    use: Values[UseType | str] = values(P + 'use', 'UseType')
    """A way in which the item may be used."""
    max_plays: Value[int] = value(P + 'maxPlays', 'xs:positiveInteger')
    """How often the item may be broadcast, repeats included. Leave out for no limit."""


class RightsType(View):
    """Who holds the rights, and in which windows the item may be used."""

    __slots__ = ()
    __xsd__ = P + 'RightsType'
    __content__ = 'holder+ licence? window*'

    holder: Values[str] = values(P + 'holder', 'c:TextLineType')
    """Person or company that holds the rights."""
    licence: Value[str] = value(P + 'licence', 'xs:anyURI')
    """Address of the licence text, for openly licensed material."""
    window: Many[WindowType] = many(P + 'window', 'WindowType')
    """A period of use by territory."""
