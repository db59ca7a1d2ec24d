"""The namespace urn:xmlsvc:programme. Generated; changes here are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xmlsvc.binding import declare as _declare
from xmlsvc.binding.declare import attribute, enumeration, list_of, many, Namespace, one, restrict, StrEnum, value, values, View, wild, wild_attributes

if TYPE_CHECKING:
    from decimal import Decimal

    from xmlsvc.binding.datatypes import Date, DateTime, Duration, GYear, GYearMonth
    from xmlsvc.binding.declare import Attribute, Default, Many, One, Text, Value, Values, Wild, WildAttributes

    from . import c as _c
    from . import m as _m
    from . import r as _r

P = '{urn:xmlsvc:programme}'
__namespace__ = Namespace(__name__.rpartition('.')[0] + '.p', 'urn:xmlsvc:programme')
__all__ = [
    'AmountType', 'ClipKindType', 'CurrencyType', 'DescriptionLengthType', 'FileReferenceType', 'IdentifierSchemeType',
    'LanguageUseType', 'ProgrammeKindType', 'RatingSystemType', 'RatingTextType', 'RelationType', 'RoleType',
    'SequenceNumberType', 'StatusType', 'TitleKindType', 'TitleTextType', 'WarningListType', 'WarningType',
    'AgeRatingType', 'AgentType', 'BreakType', 'BroadcastType', 'ClipType', 'ContributionType', 'ContributionsType',
    'DescriptionType', 'EpisodeType', 'EventType', 'ExcerptType', 'ExtensionType', 'FileLinkType', 'FilesType',
    'GenreType', 'IdentifierType', 'InlineType', 'ItemType', 'LanguageType', 'LinkType', 'OnDemandType',
    'OrganisationType', 'PeopleType', 'PersonNameType', 'PersonType', 'PlayableType', 'PriceType', 'ProgrammeType',
    'PublicationType', 'RelatedType', 'SeasonType', 'SeriesType', 'TitleType', 'WorkNameType'
]


@enumeration('xs:token', name='{urn:xmlsvc:programme}StatusType')
class StatusType(StrEnum):
    """Where an item stands in our work."""

    PLANNED = 'planned'
    """Commissioned or announced, nothing is made yet."""
    IN_PRODUCTION = 'in-production'
    """Being made."""
    READY = 'ready'
    """Finished and checked, may be published."""
    WITHDRAWN = 'withdrawn'
    """Taken back; must not be published."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}IdentifierSchemeType')
class IdentifierSchemeType(StrEnum):
    """Who gave an identifier."""

    EIDR = 'eidr'
    """EIDR, such as 10.5240/7791-8534-2C23-9030-8610-5."""
    ISAN = 'isan'
    """ISAN."""
    CRID = 'crid'
    """A TV-Anytime content reference, crid://."""
    IMDB = 'imdb'
    """The Internet Movie Database, tt and digits."""
    ARCHIVE = 'archive'
    """Number in the broadcast archive."""
    SUPPLIER = 'supplier'
    """Number at the supplier."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}ProgrammeKindType')
class ProgrammeKindType(StrEnum):
    """What sort of programme this is."""

    FEATURE_FILM = 'feature-film'
    """A film made for cinema."""
    TELEVISION_FILM = 'television-film'
    """A film made for television."""
    DOCUMENTARY = 'documentary'
    """A documentary."""
    SPECIAL = 'special'
    """A single edition beside a series."""
    CONCERT = 'concert'
    """A concert, opera, play or dance performance."""
    EVENT = 'event'
    """A match, ceremony or other event."""
    BULLETIN = 'bulletin'
    """A news or weather bulletin."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}ClipKindType')
class ClipKindType(StrEnum):
    """What a clip is for."""

    TRAILER = 'trailer'
    """Makes people curious before publication."""
    HIGHLIGHT = 'highlight'
    """The best moment."""
    INTERVIEW = 'interview'
    """A conversation about an item."""
    RECAP = 'recap'
    """What went before."""
    OUTTAKE = 'outtake'
    """What did not make it into the item."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}RelationType')
class RelationType(StrEnum):
    """How another item is related."""

    SEQUEL = 'sequel'
    """It continues this item."""
    REMAKE = 'remake'
    """It is a new version of this item."""
    ORIGINAL = 'original'
    """This item is a new version of it."""
    VERSION = 'version'
    """It is another cut or language version of this item."""
    SEE_ALSO = 'see-also'
    """Whoever likes this item may like it too."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}TitleKindType')
class TitleKindType(StrEnum):
    """What a title is used for."""

    MAIN = 'main'
    """The title under which the item is published."""
    ORIGINAL = 'original'
    """The title in the country of origin."""
    SHORT = 'short'
    """For narrow places such as a phone or the guide on a television set."""
    SUBTITLE = 'subtitle'
    """A second line under the main title."""
    WORKING = 'working'
    """Used inside the house until the real title is known."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}DescriptionLengthType')
class DescriptionLengthType(StrEnum):
    """How long a description is."""

    SHORT = 'short'
    """One line, at most some 90 characters, for lists."""
    MEDIUM = 'medium'
    """One or two sentences, for programme guides."""
    LONG = 'long'
    """A full text, for the page of the item."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}LanguageUseType')
class LanguageUseType(StrEnum):
    """What a language of the item is."""

    ORIGINAL = 'original'
    """Spoken in the original version."""
    DUBBED = 'dubbed'
    """Spoken in a dubbed version."""
    SIGNED = 'signed'
    """A sign language, shown in the picture."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}RatingSystemType')
class RatingSystemType(StrEnum):
    """Who advises on the age from which an item is suitable."""

    KIJKWIJZER = 'kijkwijzer'
    """Kijkwijzer, the Netherlands: AL, 6, 9, 12, 14, 16, 18."""
    BBFC = 'bbfc'
    """British Board of Film Classification: U, PG, 12, 15, 18."""
    FSK = 'fsk'
    """FSK, Germany: 0, 6, 12, 16, 18."""
    CSA = 'csa'
    """Arcom, formerly CSA, France: TP, 10, 12, 16, 18."""
    TVPG = 'tvpg'
    """TV Parental Guidelines, United States: TV-Y, TV-G, TV-PG, TV-14, TV-MA."""
    EIRIN = 'eirin'
    """Eirin, Japan: G, PG12, R15+, R18+."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}WarningType')
class WarningType(StrEnum):
    """Something in the item that viewers are warned of."""

    VIOLENCE = 'violence'
    """Violence."""
    FEAR = 'fear'
    """Frightening scenes."""
    SEX = 'sex'
    """Sex."""
    DISCRIMINATION = 'discrimination'
    """Discrimination."""
    DRUGS = 'drugs'
    """Drugs or alcohol abuse."""
    LANGUAGE = 'language'
    """Coarse language."""


@enumeration('xs:token', name='{urn:xmlsvc:programme}RoleType')
class RoleType(StrEnum):
    """What somebody did for an item."""

    ACTOR = 'actor'
    """Plays a part."""
    VOICE = 'voice'
    """Speaks a part in animation or a dubbed version."""
    HOST = 'host'
    """Presents the programme."""
    NARRATOR = 'narrator'
    """Tells the story without being seen."""
    PERFORMER = 'performer'
    """Makes music, dances or does an act."""
    DIRECTOR = 'director'
    """Directs."""
    WRITER = 'writer'
    """Wrote the script."""
    CREATOR = 'creator'
    """Thought up the series or format."""
    PRODUCER = 'producer'
    """Produces."""
    EXECUTIVE_PRODUCER = 'executive-producer'
    """Produces with final responsibility."""
    COMPOSER = 'composer'
    """Wrote the music."""
    CAMERA = 'camera'
    """Director of photography or camera."""
    SOUND = 'sound'
    """Recorded or mixed the sound."""
    EDITOR = 'editor'
    """Edited the pictures."""
    RESEARCHER = 'researcher'
    """Did the research."""
    PRODUCTION_COMPANY = 'production-company'
    """The company that produced the item."""
    COMMISSIONER = 'commissioner'
    """The broadcaster that commissioned the item."""
    DISTRIBUTOR = 'distributor'
    """Sells the item."""

SequenceNumberType = restrict('xs:nonNegativeInteger', name='{urn:xmlsvc:programme}SequenceNumberType', max_inclusive='9999')

TitleTextType = restrict('c:TextLineType', name='{urn:xmlsvc:programme}TitleTextType', max_length=160)

RatingTextType = restrict('xs:token', name='{urn:xmlsvc:programme}RatingTextType', patterns=(('[A-Z0-9][A-Z0-9+\\-]{0,7}',),))

WarningListType = list_of('WarningType', name='{urn:xmlsvc:programme}WarningListType')

FileReferenceType = restrict('xs:token', name='{urn:xmlsvc:programme}FileReferenceType', min_length=1)

CurrencyType = restrict('xs:token', name='{urn:xmlsvc:programme}CurrencyType', length=3)

AmountType = restrict('xs:decimal', name='{urn:xmlsvc:programme}AmountType', min_inclusive='0', total_digits=8, fraction_digits=2)


class IdentifierType(View):
    """A number or code by which others know the item."""

    __slots__ = ()
    __xsd__ = P + 'IdentifierType'

    value: Text[str] = _declare.text('c:TextLineType')
    scheme: Attribute[IdentifierSchemeType | str] = _declare.attribute('scheme', 'IdentifierSchemeType', required=True)
    """Who gave the identifier."""


class FilesType(View):
    """The files of an item, in any number and order."""

    __slots__ = ()
    __xsd__ = P + 'FilesType'
    __content__ = 'resource+'

    resource: Many[_m.ResourceType] = many('{urn:xmlsvc:media}resource', 'm:ResourceType', members={'{urn:xmlsvc:media}video': 'm:VideoType', '{urn:xmlsvc:media}audio': 'm:AudioType', '{urn:xmlsvc:media}subtitles': 'm:SubtitlesType', '{urn:xmlsvc:media}image': 'm:ImageType'}, abstract=True)
    """A file of any kind. It is written as video, audio, subtitles or image."""


class RelatedType(View):
    """Points at another item."""

    __slots__ = ()
    __xsd__ = P + 'RelatedType'

    item: Attribute[str] = attribute('item', 'c:HouseIdType', required=True)
    """Our number of the other item."""
    relation: Attribute[RelationType | str] = attribute('relation', 'RelationType', required=True)
    """How it is related."""


class ExtensionType(View):
    """Room for what a partner keeps beyond this schema. It is stored and passed on, not interpreted."""

    __slots__ = ()
    __xsd__ = P + 'ExtensionType'
    __content__ = 'label [other - urn:xmlsvc:programme lax]*'

    owner: Attribute[str] = attribute('owner', 'xs:anyURI', required=True)
    """Address or name of whoever defines the content."""
    label: Value[str] = value(P + 'label', 'c:TextLineType', required=True)
    """What the extension holds, in a few words."""
    other_attributes: WildAttributes = wild_attributes()
    other: Wild = wild()


class ItemType(View):
    """What every item has: programme, series, episode and clip alike."""

    __slots__ = ()
    __xsd__ = P + 'ItemType'
    __content__ = 'identifier* (title+ genre{0,5} description* keyword* language* countries? produced? age_rating*) people? contributions? files? rights? related* extension*'
    __abstract__ = True

    created: Attribute[DateTime] = attribute('created', 'xs:dateTime', required=True)
    """When the record was made."""
    id: Attribute[str] = attribute('id', 'c:HouseIdType', required=True)
    """Our own number of the item, such as prg-20417. It never changes."""
    modified: Attribute[DateTime] = attribute('modified', 'xs:dateTime')
    """When the record was last changed."""
    schema_version: Default[str] = attribute('schemaVersion', 'xs:token', fixed='1.0')
    """Version of the schema that the document follows."""
    status: Default[StatusType | str] = attribute('status', 'StatusType', default='ready')
    """Where the item stands in our work."""
    supplier: Attribute[str] = attribute('supplier', 'c:TextLineType')
    """Who supplied the record: producer, distributor or department."""
    identifier: Many[IdentifierType] = many(P + 'identifier', 'IdentifierType')
    """Number or code by which others know the item."""
    title: Many[TitleType] = many(P + 'title', 'TitleType')
    """Title, one for each language and use."""
    genre: Many[GenreType] = many(P + 'genre', 'GenreType')
    """Genre. At most five; mark the most important as primary."""
    description: Many[DescriptionType] = many(P + 'description', 'DescriptionType')
    """What the item is about, one for each language and length."""
    keyword: Many[_c.LocalisedTextType] = many(P + 'keyword', 'c:LocalisedTextType')
    """Word or name by which people search for the item."""
    language: Many[LanguageType] = many(P + 'language', 'LanguageType')
    """Language spoken or signed in the item, such as nl or en-GB."""
    countries: Value[tuple[str, ...]] = value(P + 'countries', 'c:TerritoryListType')
    """Countries where the item was made: NL, or GB US for a co-production."""
    produced: Value[Date | GYearMonth | GYear] = value(P + 'produced', 'c:PartialDateType')
    """When production was finished: a year, a month or a day."""
    age_rating: Many[AgeRatingType] = many(P + 'ageRating', 'AgeRatingType')
    """Age from which the item is suitable, one for each system."""
    people: One[PeopleType] = one(P + 'people', 'PeopleType')
    """Persons and organisations, each once."""
    contributions: One[ContributionsType] = one(P + 'contributions', 'ContributionsType')
    """Who did what."""
    files: One[FilesType] = one(P + 'files', 'FilesType')
    """Video, audio, subtitles and images."""
    rights: One[_r.RightsType] = one(P + 'rights', 'r:RightsType')
    """Where, when and how the item may be used."""
    related: Many[RelatedType] = many(P + 'related', 'RelatedType')
    """Another item that has to do with this one."""
    extension: Many[ExtensionType] = many(P + 'extension', 'ExtensionType')
    """What a partner keeps beyond this schema."""
    other_attributes: WildAttributes = wild_attributes()


class PlayableType(ItemType):
    """An item that plays: everything but a series."""

    __slots__ = ()
    __xsd__ = P + 'PlayableType'
    __content__ = '(identifier* (title+ genre{0,5} description* keyword* language* countries? produced? age_rating*) people? contributions? files? rights? related* extension*) (duration publication?)'
    __abstract__ = True

    duration: Value[Duration] = value(P + 'duration', 'c:RunningTimeType', required=True)
    """Running time without breaks: PT52M, PT1H30M."""
    publication: One[PublicationType] = one(P + 'publication', 'PublicationType')
    """When and where the item is shown."""


class ProgrammeType(PlayableType):
    """A programme that stands alone: a film, documentary, concert, bulletin."""

    __slots__ = ()
    __xsd__ = P + 'ProgrammeType'
    __content__ = '(identifier* (title+ genre{0,5} description* keyword* language* countries? produced? age_rating*) people? contributions? files? rights? related* extension*) (duration publication?)'
    __abstract__ = False

    kind: Attribute[ProgrammeKindType | str] = attribute('kind', 'ProgrammeKindType', required=True)
    """What sort of programme it is."""


class EpisodeType(PlayableType):
    """An episode of a series."""

    __slots__ = ()
    __xsd__ = P + 'EpisodeType'
    __content__ = '((identifier* (title+ genre{0,5} description* keyword* language* countries? produced? age_rating*) people? contributions? files? rights? related* extension*) (duration publication?)) (((series series_title*) | series_title+) season? (number | edition))'
    __abstract__ = False

    series: Value[str] = value(P + 'series', 'c:HouseIdType')
    """Our number of the series."""
    series_title: Many[_c.LocalisedTextType] = many(P + 'seriesTitle', 'c:LocalisedTextType')
    """Title of the series, for readers without our list of series."""
    season: Value[int] = value(P + 'season', 'SequenceNumberType')
    """Number of the season."""
    number: Value[int] = value(P + 'number', 'SequenceNumberType')
    """Number of the episode within its season, or within the series if there are no seasons."""
    edition: Value[Date] = value(P + 'edition', 'xs:date')
    """Day of the edition, for daily and weekly programmes without numbers."""


class ExcerptType(View):
    """From where to where a clip was cut out of another item."""

    __slots__ = ()
    __xsd__ = P + 'ExcerptType'

    item: Attribute[str] = attribute('item', 'c:HouseIdType', required=True)
    """Our number of the item it was cut from."""
    in_: Attribute[str] = attribute('in', 'c:TimecodeType', required=True)
    """Where the clip begins in that item."""
    out: Attribute[str] = attribute('out', 'c:TimecodeType', required=True)
    """Where the clip ends in that item."""


class ClipType(PlayableType):
    """A short video: cut out of an item or made about one."""

    __slots__ = ()
    __xsd__ = P + 'ClipType'
    __content__ = '((identifier* (title+ genre{0,5} description* keyword* language* countries? produced? age_rating*) people? contributions? files? rights? related* extension*) (duration publication?)) (excerpt | about+)'
    __abstract__ = False

    kind: Attribute[ClipKindType | str] = attribute('kind', 'ClipKindType', required=True)
    """What the clip is for."""
    excerpt: One[ExcerptType] = one(P + 'excerpt', 'ExcerptType')
    """The clip was cut out of an item."""
    about: Values[str] = values(P + 'about', 'c:HouseIdType')
    """Our number of an item that the clip is about."""


class SeasonType(View):
    """A season of a series."""

    __slots__ = ()
    __xsd__ = P + 'SeasonType'
    __content__ = 'name* year? episodes'

    number: Attribute[int] = attribute('number', 'SequenceNumberType', required=True)
    """Number of the season; 0 is for specials."""
    name: Many[_c.LocalisedTextType] = many(P + 'name', 'c:LocalisedTextType')
    """Name of the season, where it has one of its own."""
    year: Value[GYear] = value(P + 'year', 'xs:gYear')
    """Year in which the season started."""
    episodes: Value[int] = value(P + 'episodes', 'xs:positiveInteger', required=True)
    """Number of episodes, made or planned."""


class SeriesType(ItemType):
    """A series: what its episodes have in common."""

    __slots__ = ()
    __xsd__ = P + 'SeriesType'
    __content__ = '(identifier* (title+ genre{0,5} description* keyword* language* countries? produced? age_rating*) people? contributions? files? rights? related* extension*) (season* site?)'
    __abstract__ = False

    ended: Default[bool] = attribute('ended', 'xs:boolean', default='false')
    """Whether no more episodes will be made."""
    season: Many[SeasonType] = many(P + 'season', 'SeasonType')
    """A season. Leave out for series without seasons."""
    site: Value[str] = value(P + 'site', 'xs:anyURI')
    """Address of the series' own web site."""


class TitleType(View):
    """A title in one language."""

    __slots__ = ()
    __xsd__ = P + 'TitleType'

    value: Text[str] = _declare.text('TitleTextType')
    lang: Attribute[str] = _declare.attribute('lang', 'xs:language', required=True)
    """Language in which the title is written."""
    kind: Default[TitleKindType | str] = _declare.attribute('kind', 'TitleKindType', default='main')
    """What the title is used for."""


class BreakType(View):
    """An empty mark: a new line starts here."""

    __slots__ = ()
    __xsd__ = P + 'BreakType'


class WorkNameType(View):
    """The name of a book, film, programme or piece of music inside a text."""

    __slots__ = ()
    __xsd__ = P + 'WorkNameType'

    value: Text[str] = _declare.text('xs:string')
    item: Attribute[str] = _declare.attribute('item', 'c:HouseIdType')
    """Our number of that work, where we have it."""


class PersonNameType(View):
    """The name of somebody inside a text."""

    __slots__ = ()
    __xsd__ = P + 'PersonNameType'

    value: Text[str] = _declare.text('xs:string')
    person: Attribute[str] = _declare.attribute('person', 'xs:IDREF', required=True)
    """The person or organisation that is meant, from the list of people of this item."""


class LinkType(View):
    """Words that lead to a page on the web."""

    __slots__ = ()
    __xsd__ = P + 'LinkType'

    value: Text[str] = _declare.text('xs:string')
    href: Attribute[str] = _declare.attribute('href', 'xs:anyURI', required=True)
    """Address of the page."""


class InlineType(View):
    """Running text with mark-up."""

    __slots__ = ()
    __xsd__ = P + 'InlineType'
    __content__ = '((em | strong | work | name | link | br))*'
    __mixed__ = True

    em: Many[InlineType] = many(P + 'em', 'InlineType')
    """Words with emphasis, shown in italics."""
    strong: Many[InlineType] = many(P + 'strong', 'InlineType')
    """Words of importance, shown in bold."""
    work: Many[WorkNameType] = many(P + 'work', 'WorkNameType')
    """Name of another work."""
    name: Many[PersonNameType] = many(P + 'name', 'PersonNameType')
    """Name of a person or organisation of this item."""
    link: Many[LinkType] = many(P + 'link', 'LinkType')
    """Words that lead to a page on the web."""
    br: Many[BreakType] = many(P + 'br', 'BreakType')
    """A new line."""


class DescriptionType(InlineType):
    """What the item is about, in one language, with mark-up where wanted."""

    __slots__ = ()
    __xsd__ = P + 'DescriptionType'
    __content__ = '((em | strong | work | name | link | br))*'

    lang: Attribute[str] = attribute('lang', 'xs:language', required=True)
    """Language in which the description is written."""
    length: Default[DescriptionLengthType | str] = attribute('length', 'DescriptionLengthType', default='medium')
    """How long the text is: short, medium or long."""


class GenreType(View):
    """A genre of the item, in words of your own."""

    __slots__ = ()
    __xsd__ = P + 'GenreType'

    value: Text[str] = _declare.text('c:TextLineType')
    primary: Default[bool] = _declare.attribute('primary', 'xs:boolean', default='false')
    """Whether this is the genre under which the guide lists the item."""


class LanguageType(View):
    """A language that is spoken or signed in the item."""

    __slots__ = ()
    __xsd__ = P + 'LanguageType'

    value: Text[str] = _declare.text('xs:language')
    use: Default[LanguageUseType | str] = _declare.attribute('use', 'LanguageUseType', default='original')
    """Original, dubbed or signed."""


class AgeRatingType(View):
    """From which age the item is suitable, by one system."""

    __slots__ = ()
    __xsd__ = P + 'AgeRatingType'

    value: Text[str] = _declare.text('RatingTextType')
    system: Attribute[RatingSystemType | str] = _declare.attribute('system', 'RatingSystemType', required=True)
    """Who gave the rating."""
    warnings: Attribute[tuple[WarningType | str, ...]] = _declare.attribute('warnings', 'WarningListType')
    """What viewers are warned of, with spaces between."""


class AgentType(View):
    """Somebody who can be credited: a person or an organisation."""

    __slots__ = ()
    __xsd__ = P + 'AgentType'
    __content__ = 'same_as*'
    __abstract__ = True

    id: Attribute[str] = attribute('id', 'xs:ID', required=True)
    """Short name by which contributions and texts of this document point here. It starts with a letter."""
    same_as: Values[str] = values(P + 'sameAs', 'xs:anyURI')
    """Address of a page that is about the same person or organisation, such as one on Wikidata."""


class PersonType(AgentType):
    """A person, named by parts or in one piece."""

    __slots__ = ()
    __xsd__ = P + 'PersonType'
    __content__ = 'same_as* (((given_name family_name) | display_name) born?)'
    __abstract__ = False

    given_name: Value[str] = value(P + 'givenName', 'c:TextLineType')
    """Given name or names, or initials."""
    family_name: Value[str] = value(P + 'familyName', 'c:TextLineType')
    """Family name, with its prefix: van der Meer."""
    display_name: Value[str] = value(P + 'displayName', 'c:TextLineType')
    """The whole name as it is credited, where it does not fall into two parts."""
    born: Value[Date | GYearMonth | GYear] = value(P + 'born', 'c:PartialDateType')
    """Date or year of birth, to tell namesakes apart."""


class OrganisationType(AgentType):
    """A company, broadcaster, band or orchestra."""

    __slots__ = ()
    __xsd__ = P + 'OrganisationType'
    __content__ = 'same_as* organisation_name'
    __abstract__ = False

    country: Attribute[str] = attribute('country', 'c:TerritoryCodeType')
    """Country where it is established."""
    organisation_name: Value[str] = value(P + 'organisationName', 'c:TextLineType', required=True)
    """Name as it is credited."""


class PeopleType(View):
    """Everybody whom contributions and texts of this item point at."""

    __slots__ = ()
    __xsd__ = P + 'PeopleType'
    __content__ = '(person | organisation)+'

    person: Many[PersonType] = many(P + 'person', 'PersonType')
    """A person."""
    organisation: Many[OrganisationType] = many(P + 'organisation', 'OrganisationType')
    """A company, broadcaster, band or orchestra."""


class ContributionType(View):
    """What one person or organisation did for the item."""

    __slots__ = ()
    __xsd__ = P + 'ContributionType'
    __content__ = 'character*'

    person: Attribute[str] = attribute('person', 'xs:IDREF', required=True)
    """The person or organisation, from the list of people of this item."""
    role: Attribute[RoleType | str] = attribute('role', 'RoleType', required=True)
    """What they did."""
    character: Many[_c.LocalisedTextType] = many(P + 'character', 'c:LocalisedTextType')
    """Name of the part that is played."""


class ContributionsType(View):
    """All contributions, in the order in which they are credited."""

    __slots__ = ()
    __xsd__ = P + 'ContributionsType'
    __content__ = 'contribution+'

    contribution: Many[ContributionType] = many(P + 'contribution', 'ContributionType')
    """One person or organisation in one role."""


class PriceType(View):
    """What one viewing costs."""

    __slots__ = ()
    __xsd__ = P + 'PriceType'

    value: Text[Decimal] = _declare.text('AmountType')
    currency: Default[str] = _declare.attribute('currency', 'CurrencyType', default='EUR')
    """Currency of the price."""


class FileLinkType(View):
    """Points at a file of the same item."""

    __slots__ = ()
    __xsd__ = P + 'FileLinkType'

    file: Attribute[str] = attribute('file', 'FileReferenceType', required=True)
    """Short name (key) of the file."""


class EventType(View):
    """A publication of any kind. It is written with xsi:type as BroadcastType or OnDemandType."""

    __slots__ = ()
    __xsd__ = P + 'EventType'
    __content__ = 'start end? uses*'
    __abstract__ = True

    start: Value[DateTime] = value(P + 'start', 'xs:dateTime', required=True)
    """When the publication starts. Without a time zone it is read as UTC."""
    end: Value[DateTime] = value(P + 'end', 'xs:dateTime')
    """When the publication ends. Without a time zone it is read as UTC. Leave out where it is open or not known."""
    uses: Many[FileLinkType] = many(P + 'uses', 'FileLinkType')
    """A file of this item that the publication plays or shows."""


class BroadcastType(EventType):
    """A broadcast on a channel."""

    __slots__ = ()
    __xsd__ = P + 'BroadcastType'
    __content__ = '(start end? uses*) channel'
    __abstract__ = False

    repeat: Default[bool] = attribute('repeat', 'xs:boolean', default='false')
    """Whether the item was broadcast before."""
    channel: Value[str] = value(P + 'channel', 'c:TextLineType', required=True)
    """Name of the channel: NPO 2, BBC Four, ZDF."""


class OnDemandType(EventType):
    """A publication on demand, on a site or in an app."""

    __slots__ = ()
    __xsd__ = P + 'OnDemandType'
    __content__ = '(start end? uses*) (platform page? price?)'
    __abstract__ = False

    platform: Value[str] = value(P + 'platform', 'c:TextLineType', required=True)
    """Name of the site or app."""
    page: Value[str] = value(P + 'page', 'xs:anyURI')
    """Address of the page where viewers find it."""
    price: One[PriceType] = one(P + 'price', 'PriceType')
    """What one viewing costs. Leave out where it is free or part of a subscription."""


class PublicationType(View):
    """All publications of an item."""

    __slots__ = ()
    __xsd__ = P + 'PublicationType'
    __content__ = 'event+'

    event: Many[EventType] = many(P + 'event', 'EventType')
    """One broadcast or publication on demand."""
