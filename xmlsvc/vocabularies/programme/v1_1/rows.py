"""The tables of the vocabulary programme as Storm classes. Generated: changes are lost.

    Programme.of(store, document)      the rows of a document, as it is now
"""

from __future__ import annotations

from storm.properties import PropertyPublisherMeta
from storm.references import Reference, ReferenceSet

from xmlsvc.storage.columns import (
    BooleanColumn,
    DateColumn,
    DateTimeColumn,
    DecimalColumn,
    Document,
    DurationColumn,
    IntegerColumn,
    Rows,
    TextColumn,
)


class Row(Rows, metaclass=PropertyPublisherMeta):
    """Base of the classes here; they name each other."""


class Programme(Row):
    __storm_table__ = "programme"
    __storm_primary__ = ("document_id", "head")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    root_element = TextColumn()
    document_title = TextColumn()
    filled = TextColumn()
    created = DateTimeColumn()
    id = TextColumn()
    modified = DateTimeColumn()
    status = TextColumn()
    supplier = TextColumn()
    kind = TextColumn()
    ended = BooleanColumn()
    countries = TextColumn()
    produced = TextColumn()
    duration = DurationColumn()
    access_services = TextColumn()
    series = TextColumn()
    number = IntegerColumn()
    edition = DateColumn()
    site = TextColumn()
    rights_licence = TextColumn()
    excerpt_item = TextColumn()
    excerpt_in = TextColumn()
    excerpt_out = TextColumn()
    excerpt = BooleanColumn()
    standalone = BooleanColumn()
    document = Reference(document_id, Document.id)
    identifier_rows = ReferenceSet((document_id, head, n), ("ProgrammeIdentifier.document_id", "ProgrammeIdentifier.head", "ProgrammeIdentifier.parent"), order_by="ProgrammeIdentifier.n")
    title_rows = ReferenceSet((document_id, head, n), ("ProgrammeTitle.document_id", "ProgrammeTitle.head", "ProgrammeTitle.parent"), order_by="ProgrammeTitle.n")
    synopsis_rows = ReferenceSet((document_id, head, n), ("ProgrammeSynopsis.document_id", "ProgrammeSynopsis.head", "ProgrammeSynopsis.parent"), order_by="ProgrammeSynopsis.n")
    genre_rows = ReferenceSet((document_id, head, n), ("ProgrammeGenre.document_id", "ProgrammeGenre.head", "ProgrammeGenre.parent"), order_by="ProgrammeGenre.n")
    keyword_rows = ReferenceSet((document_id, head, n), ("ProgrammeKeyword.document_id", "ProgrammeKeyword.head", "ProgrammeKeyword.parent"), order_by="ProgrammeKeyword.n")
    language_rows = ReferenceSet((document_id, head, n), ("ProgrammeLanguage.document_id", "ProgrammeLanguage.head", "ProgrammeLanguage.parent"), order_by="ProgrammeLanguage.n")
    age_rating_rows = ReferenceSet((document_id, head, n), ("ProgrammeAgeRating.document_id", "ProgrammeAgeRating.head", "ProgrammeAgeRating.parent"), order_by="ProgrammeAgeRating.n")
    related_rows = ReferenceSet((document_id, head, n), ("ProgrammeRelated.document_id", "ProgrammeRelated.head", "ProgrammeRelated.parent"), order_by="ProgrammeRelated.n")
    extension_rows = ReferenceSet((document_id, head, n), ("ProgrammeExtension.document_id", "ProgrammeExtension.head", "ProgrammeExtension.parent"), order_by="ProgrammeExtension.n")
    chapter_rows = ReferenceSet((document_id, head, n), ("ProgrammeChapter.document_id", "ProgrammeChapter.head", "ProgrammeChapter.parent"), order_by="ProgrammeChapter.n")
    series_title_rows = ReferenceSet((document_id, head, n), ("ProgrammeSeriesTitle.document_id", "ProgrammeSeriesTitle.head", "ProgrammeSeriesTitle.parent"), order_by="ProgrammeSeriesTitle.n")
    season_rows = ReferenceSet((document_id, head, n), ("ProgrammeSeason.document_id", "ProgrammeSeason.head", "ProgrammeSeason.parent"), order_by="ProgrammeSeason.n")
    about_rows = ReferenceSet((document_id, head, n), ("ProgrammeAbout.document_id", "ProgrammeAbout.head", "ProgrammeAbout.parent"), order_by="ProgrammeAbout.n")
    people_person_rows = ReferenceSet((document_id, head, n), ("ProgrammePeoplePerson.document_id", "ProgrammePeoplePerson.head", "ProgrammePeoplePerson.parent"), order_by="ProgrammePeoplePerson.n")
    people_organisation_rows = ReferenceSet((document_id, head, n), ("ProgrammePeopleOrganisation.document_id", "ProgrammePeopleOrganisation.head", "ProgrammePeopleOrganisation.parent"), order_by="ProgrammePeopleOrganisation.n")
    credits_credit_rows = ReferenceSet((document_id, head, n), ("ProgrammeCreditsCredit.document_id", "ProgrammeCreditsCredit.head", "ProgrammeCreditsCredit.parent"), order_by="ProgrammeCreditsCredit.n")
    files_video_rows = ReferenceSet((document_id, head, n), ("ProgrammeFilesVideo.document_id", "ProgrammeFilesVideo.head", "ProgrammeFilesVideo.parent"), order_by="ProgrammeFilesVideo.n")
    files_audio_rows = ReferenceSet((document_id, head, n), ("ProgrammeFilesAudio.document_id", "ProgrammeFilesAudio.head", "ProgrammeFilesAudio.parent"), order_by="ProgrammeFilesAudio.n")
    files_subtitles_rows = ReferenceSet((document_id, head, n), ("ProgrammeFilesSubtitles.document_id", "ProgrammeFilesSubtitles.head", "ProgrammeFilesSubtitles.parent"), order_by="ProgrammeFilesSubtitles.n")
    files_image_rows = ReferenceSet((document_id, head, n), ("ProgrammeFilesImage.document_id", "ProgrammeFilesImage.head", "ProgrammeFilesImage.parent"), order_by="ProgrammeFilesImage.n")
    rights_holder_rows = ReferenceSet((document_id, head, n), ("ProgrammeRightsHolder.document_id", "ProgrammeRightsHolder.head", "ProgrammeRightsHolder.parent"), order_by="ProgrammeRightsHolder.n")
    rights_window_rows = ReferenceSet((document_id, head, n), ("ProgrammeRightsWindow.document_id", "ProgrammeRightsWindow.head", "ProgrammeRightsWindow.parent"), order_by="ProgrammeRightsWindow.n")
    publication_event_rows = ReferenceSet((document_id, head, n), ("ProgrammePublicationEvent.document_id", "ProgrammePublicationEvent.head", "ProgrammePublicationEvent.parent"), order_by="ProgrammePublicationEvent.n")


class ProgrammeIdentifier(Row):
    """Number or code by which others know the item.
    """

    __storm_table__ = "programme_identifier"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    scheme = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeTitle(Row):
    """Title, one for each language and use.
    """

    __storm_table__ = "programme_title"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    lang = TextColumn()
    kind = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeSynopsis(Row):
    """What the item is about, one for each language and length.
    """

    __storm_table__ = "programme_synopsis"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    lang = TextColumn()
    length = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeGenre(Row):
    """Genre. At most five; mark the most important as primary.
    """

    __storm_table__ = "programme_genre"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    label = TextColumn()
    primary_ = BooleanColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeKeyword(Row):
    """Word or name by which people search for the item.
    """

    __storm_table__ = "programme_keyword"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    lang = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeLanguage(Row):
    """Language spoken or signed in the item, such as nl or en-GB.
    """

    __storm_table__ = "programme_language"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    use_ = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeAgeRating(Row):
    """Age from which the item is suitable, one for each system.
    """

    __storm_table__ = "programme_age_rating"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    system_ = TextColumn()
    warnings = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeRelated(Row):
    """Another item that has to do with this one.
    """

    __storm_table__ = "programme_related"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    item = TextColumn()
    relation = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeExtension(Row):
    """What a partner keeps beyond this schema.
    """

    __storm_table__ = "programme_extension"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    owner = TextColumn()
    label = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeChapter(Row):
    """A part to which viewers can jump.
    """

    __storm_table__ = "programme_chapter"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    start = TextColumn()
    people = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    heading_rows = ReferenceSet((document_id, head, n), ("ProgrammeHeading.document_id", "ProgrammeHeading.head", "ProgrammeHeading.parent"), order_by="ProgrammeHeading.n")


class ProgrammeSeriesTitle(Row):
    """Title of a series that has no number with us.
    """

    __storm_table__ = "programme_series_title"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    lang = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeSeason(Row):
    """Number of the season.
    """

    __storm_table__ = "programme_season"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    xsi_type = TextColumn()
    number = IntegerColumn()
    value = IntegerColumn()
    year = TextColumn()
    episodes = IntegerColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    name_rows = ReferenceSet((document_id, head, n), ("ProgrammeName.document_id", "ProgrammeName.head", "ProgrammeName.parent"), order_by="ProgrammeName.n")


class ProgrammeAbout(Row):
    """Our number of an item that the clip is about.
    """

    __storm_table__ = "programme_about"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammePeoplePerson(Row):
    """A person.
    """

    __storm_table__ = "programme_people_person"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    id = TextColumn()
    given_name = TextColumn()
    family_name = TextColumn()
    display_name = TextColumn()
    born = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    people_person_same_as_rows = ReferenceSet((document_id, head, n), ("ProgrammePeoplePersonSameAs.document_id", "ProgrammePeoplePersonSameAs.head", "ProgrammePeoplePersonSameAs.parent"), order_by="ProgrammePeoplePersonSameAs.n")


class ProgrammePeopleOrganisation(Row):
    """A company, broadcaster, band or orchestra.
    """

    __storm_table__ = "programme_people_organisation"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    id = TextColumn()
    country = TextColumn()
    organisation_name = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    people_organisation_same_as_rows = ReferenceSet((document_id, head, n), ("ProgrammePeopleOrganisationSameAs.document_id", "ProgrammePeopleOrganisationSameAs.head", "ProgrammePeopleOrganisationSameAs.parent"), order_by="ProgrammePeopleOrganisationSameAs.n")


class ProgrammeCreditsCredit(Row):
    """One person or organisation in one role.
    """

    __storm_table__ = "programme_credits_credit"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    who = TextColumn()
    role = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    character_rows = ReferenceSet((document_id, head, n), ("ProgrammeCharacter.document_id", "ProgrammeCharacter.head", "ProgrammeCharacter.parent"), order_by="ProgrammeCharacter.n")


class ProgrammeFilesVideo(Row):
    """A video file or stream.
    """

    __storm_table__ = "programme_files_video"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    key_ = TextColumn()
    scan = TextColumn()
    dynamic_range = TextColumn()
    size = IntegerColumn()
    md5 = TextColumn()
    sha1 = TextColumn()
    sha256 = TextColumn()
    container = TextColumn()
    duration = DurationColumn()
    bit_rate = IntegerColumn()
    start_timecode = TextColumn()
    video_codec = TextColumn()
    width = IntegerColumn()
    height = IntegerColumn()
    frame_rate = DecimalColumn()
    aspect_ratio = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    location_rows = ReferenceSet((document_id, head, n), ("ProgrammeLocation.document_id", "ProgrammeLocation.head", "ProgrammeLocation.parent"), order_by="ProgrammeLocation.n")
    audio_track_rows = ReferenceSet((document_id, head, n), ("ProgrammeAudioTrack.document_id", "ProgrammeAudioTrack.head", "ProgrammeAudioTrack.parent"), order_by="ProgrammeAudioTrack.n")


class ProgrammeFilesAudio(Row):
    """A file with sound only.
    """

    __storm_table__ = "programme_files_audio"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    key_ = TextColumn()
    size = IntegerColumn()
    md5 = TextColumn()
    sha1 = TextColumn()
    sha256 = TextColumn()
    container = TextColumn()
    duration = DurationColumn()
    bit_rate = IntegerColumn()
    start_timecode = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    location_rows = ReferenceSet((document_id, head, n), ("ProgrammeLocation.document_id", "ProgrammeLocation.head", "ProgrammeLocation.parent"), order_by="ProgrammeLocation.n")
    audio_track_rows = ReferenceSet((document_id, head, n), ("ProgrammeAudioTrack.document_id", "ProgrammeAudioTrack.head", "ProgrammeAudioTrack.parent"), order_by="ProgrammeAudioTrack.n")


class ProgrammeFilesSubtitles(Row):
    """A file with subtitles.
    """

    __storm_table__ = "programme_files_subtitles"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    key_ = TextColumn()
    lang = TextColumn()
    kind = TextColumn()
    size = IntegerColumn()
    md5 = TextColumn()
    sha1 = TextColumn()
    sha256 = TextColumn()
    format = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    location_rows = ReferenceSet((document_id, head, n), ("ProgrammeLocation.document_id", "ProgrammeLocation.head", "ProgrammeLocation.parent"), order_by="ProgrammeLocation.n")


class ProgrammeFilesImage(Row):
    """A still image.
    """

    __storm_table__ = "programme_files_image"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    key_ = TextColumn()
    kind = TextColumn()
    format = TextColumn()
    size = IntegerColumn()
    md5 = TextColumn()
    sha1 = TextColumn()
    sha256 = TextColumn()
    width = IntegerColumn()
    height = IntegerColumn()
    photographer = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    location_rows = ReferenceSet((document_id, head, n), ("ProgrammeLocation.document_id", "ProgrammeLocation.head", "ProgrammeLocation.parent"), order_by="ProgrammeLocation.n")
    alt_rows = ReferenceSet((document_id, head, n), ("ProgrammeAlt.document_id", "ProgrammeAlt.head", "ProgrammeAlt.parent"), order_by="ProgrammeAlt.n")


class ProgrammeRightsHolder(Row):
    """Person or company that holds the rights.
    """

    __storm_table__ = "programme_rights_holder"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    xsi_type = TextColumn()
    scheme = TextColumn()
    lang = TextColumn()
    kind = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))


class ProgrammeRightsWindow(Row):
    """A period of use by territory.
    """

    __storm_table__ = "programme_rights_window"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    exclusive = BooleanColumn()
    territories = TextColumn()
    worldwide_except = TextColumn()
    start = DateTimeColumn()
    max_plays = IntegerColumn()
    worldwide = BooleanColumn()
    end_renewal = DateColumn()
    end = DateTimeColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    rights_window_use_rows = ReferenceSet((document_id, head, n), ("ProgrammeRightsWindowUse.document_id", "ProgrammeRightsWindowUse.head", "ProgrammeRightsWindowUse.parent"), order_by="ProgrammeRightsWindowUse.n")


class ProgrammeHeading(Row):
    """Title of the part.
    """

    __storm_table__ = "programme_heading"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    lang = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("ProgrammeChapter.document_id", "ProgrammeChapter.head", "ProgrammeChapter.n"))


class ProgrammePublicationEvent(Row):
    """One broadcast, live stream or publication on demand.
    """

    __storm_table__ = "programme_publication_event"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    xsi_type = TextColumn()
    repeat_ = BooleanColumn()
    live = BooleanColumn()
    start = DateTimeColumn()
    end = DateTimeColumn()
    channel = TextColumn()
    stream = TextColumn()
    rewind = DurationColumn()
    platform = TextColumn()
    page = TextColumn()
    price_currency = TextColumn()
    price = DecimalColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("Programme.document_id", "Programme.head", "Programme.n"))
    uses_rows = ReferenceSet((document_id, head, n), ("ProgrammeUses.document_id", "ProgrammeUses.head", "ProgrammeUses.parent"), order_by="ProgrammeUses.n")


class ProgrammeName(Row):
    """Name of the season, where it has one of its own.
    """

    __storm_table__ = "programme_name"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    lang = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("ProgrammeSeason.document_id", "ProgrammeSeason.head", "ProgrammeSeason.n"))


class ProgrammePeoplePersonSameAs(Row):
    """Address of a page that is about the same person or organisation, such as one on Wikidata.
    """

    __storm_table__ = "programme_people_person_same_as"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("ProgrammePeoplePerson.document_id", "ProgrammePeoplePerson.head", "ProgrammePeoplePerson.n"))


class ProgrammePeopleOrganisationSameAs(Row):
    """Address of a page that is about the same person or organisation, such as one on Wikidata.
    """

    __storm_table__ = "programme_people_organisation_same_as"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("ProgrammePeopleOrganisation.document_id", "ProgrammePeopleOrganisation.head", "ProgrammePeopleOrganisation.n"))


class ProgrammeCharacter(Row):
    """Name of the part that is played.
    """

    __storm_table__ = "programme_character"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    lang = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("ProgrammeCreditsCredit.document_id", "ProgrammeCreditsCredit.head", "ProgrammeCreditsCredit.n"))


class ProgrammeLocation(Row):
    """Address of the file. A file may lie in several places.
    """

    __storm_table__ = "programme_location"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    access = TextColumn()
    expires = DateTimeColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    files_video_row = Reference((document_id, head, parent), ("ProgrammeFilesVideo.document_id", "ProgrammeFilesVideo.head", "ProgrammeFilesVideo.n"))
    files_audio_row = Reference((document_id, head, parent), ("ProgrammeFilesAudio.document_id", "ProgrammeFilesAudio.head", "ProgrammeFilesAudio.n"))
    files_subtitles_row = Reference((document_id, head, parent), ("ProgrammeFilesSubtitles.document_id", "ProgrammeFilesSubtitles.head", "ProgrammeFilesSubtitles.n"))
    files_image_row = Reference((document_id, head, parent), ("ProgrammeFilesImage.document_id", "ProgrammeFilesImage.head", "ProgrammeFilesImage.n"))


class ProgrammeAudioTrack(Row):
    """A sound track in the file.
    """

    __storm_table__ = "programme_audio_track"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    language = TextColumn()
    described = BooleanColumn()
    codec = TextColumn()
    channels = IntegerColumn()
    sample_rate = IntegerColumn()
    document = Reference(document_id, Document.id)
    files_video_row = Reference((document_id, head, parent), ("ProgrammeFilesVideo.document_id", "ProgrammeFilesVideo.head", "ProgrammeFilesVideo.n"))
    files_audio_row = Reference((document_id, head, parent), ("ProgrammeFilesAudio.document_id", "ProgrammeFilesAudio.head", "ProgrammeFilesAudio.n"))


class ProgrammeAlt(Row):
    """What the image shows, in words, for those who cannot see it.
    """

    __storm_table__ = "programme_alt"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    lang = TextColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("ProgrammeFilesImage.document_id", "ProgrammeFilesImage.head", "ProgrammeFilesImage.n"))


class ProgrammeRightsWindowUse(Row):
    """A way in which the item may be used.
    """

    __storm_table__ = "programme_rights_window_use"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    value = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("ProgrammeRightsWindow.document_id", "ProgrammeRightsWindow.head", "ProgrammeRightsWindow.n"))


class ProgrammeUses(Row):
    """A file of this item that the publication plays or shows.
    """

    __storm_table__ = "programme_uses"
    __storm_primary__ = ("document_id", "head", "n")
    document_id = TextColumn()
    head = IntegerColumn()
    n = IntegerColumn()
    parent = IntegerColumn()
    file = TextColumn()
    document = Reference(document_id, Document.id)
    parent_row = Reference((document_id, head, parent), ("ProgrammePublicationEvent.document_id", "ProgrammePublicationEvent.head", "ProgrammePublicationEvent.n"))


TABLES = (Programme, ProgrammeIdentifier, ProgrammeTitle, ProgrammeSynopsis, ProgrammeGenre, ProgrammeKeyword, ProgrammeLanguage, ProgrammeAgeRating, ProgrammeRelated, ProgrammeExtension, ProgrammeChapter, ProgrammeSeriesTitle, ProgrammeSeason, ProgrammeAbout, ProgrammePeoplePerson, ProgrammePeopleOrganisation, ProgrammeCreditsCredit, ProgrammeFilesVideo, ProgrammeFilesAudio, ProgrammeFilesSubtitles, ProgrammeFilesImage, ProgrammeRightsHolder, ProgrammeRightsWindow, ProgrammeHeading, ProgrammePublicationEvent, ProgrammeName, ProgrammePeoplePersonSameAs, ProgrammePeopleOrganisationSameAs, ProgrammeCharacter, ProgrammeLocation, ProgrammeAudioTrack, ProgrammeAlt, ProgrammeRightsWindowUse, ProgrammeUses,)
