"""The namespace urn:xmlsvc:media. Generated; changes here are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xmlsvc.binding import declare as _declare
from xmlsvc.binding.declare import attribute, enumeration, many, Namespace, restrict, StrEnum, value, View

if TYPE_CHECKING:
    from decimal import Decimal

    from xmlsvc.binding.datatypes import DateTime, Duration
    from xmlsvc.binding.declare import Attribute, Default, Many, Text, Value

    from . import c as _c

P = '{urn:xmlsvc:media}'
__namespace__ = Namespace(__name__.rpartition('.')[0] + '.m', 'urn:xmlsvc:media')
__all__ = [
    'AccessType', 'AspectRatioType', 'AudioCodecType', 'ChannelCountType', 'ContainerType', 'DataRateType',
    'FileKeyType', 'FrameRateType', 'ImageFormatType', 'ImageKindType', 'Md5Type', 'PixelCountType', 'ScanType',
    'SubtitleFormatType', 'SubtitleKindType', 'VideoCodecType', 'AudioTrackType', 'AudioType', 'ImageType',
    'LocationType', 'ResourceType', 'SubtitlesType', 'TimedResourceType', 'VideoType'
]


@enumeration('xs:token', name='{urn:xmlsvc:media}AccessType')
class AccessType(StrEnum):
    """Who may fetch a file from a location."""

    PUBLIC = 'public'
    """Anybody."""
    SIGNED = 'signed'
    """Whoever holds a signed address from the player service."""
    INTERNAL = 'internal'
    """Our own systems only."""


@enumeration('xs:token', name='{urn:xmlsvc:media}ContainerType')
class ContainerType(StrEnum):
    """File format that wraps picture and sound."""

    MP4 = 'mp4'
    """MPEG-4 part 14, for download and progressive play."""
    MXF = 'mxf'
    """Material Exchange Format, for production and archive."""
    MOV = 'mov'
    """QuickTime."""
    TS = 'ts'
    """MPEG-2 transport stream."""
    WEBM = 'webm'
    """WebM."""
    MKV = 'mkv'
    """Matroska."""
    HLS = 'hls'
    """HTTP Live Streaming, by its master playlist."""
    DASH = 'dash'
    """MPEG-DASH, by its manifest."""
    WAV = 'wav'
    """Broadcast Wave or plain WAV, sound only."""
    MP3 = 'mp3'
    """MP3, sound only."""


@enumeration('xs:token', name='{urn:xmlsvc:media}VideoCodecType')
class VideoCodecType(StrEnum):
    """Ways of coding pictures that our players and encoders know."""

    H264 = 'h264'
    """AVC, H.264."""
    H265 = 'h265'
    """HEVC, H.265."""
    VP9 = 'vp9'
    """VP9."""
    MPEG2 = 'mpeg2'
    """MPEG-2 video, XDCAM HD422 among them."""
    PRORES = 'prores'
    """Apple ProRes."""
    DNXHD = 'dnxhd'
    """Avid DNxHD or DNxHR."""


@enumeration('xs:token', name='{urn:xmlsvc:media}AudioCodecType')
class AudioCodecType(StrEnum):
    """Way of coding sound."""

    AAC = 'aac'
    """Advanced Audio Coding."""
    AC3 = 'ac3'
    """Dolby Digital."""
    EAC3 = 'eac3'
    """Dolby Digital Plus, Atmos among them."""
    MP2 = 'mp2'
    """MPEG-1 layer II."""
    MP3 = 'mp3'
    """MPEG-1 layer III."""
    OPUS = 'opus'
    """Opus."""
    PCM = 'pcm'
    """Uncompressed sound."""


@enumeration('xs:token', name='{urn:xmlsvc:media}ScanType')
class ScanType(StrEnum):
    """How a picture is built up."""

    PROGRESSIVE = 'progressive'
    """Whole pictures."""
    INTERLACED = 'interlaced'
    """Two fields a picture."""


@enumeration('xs:token', name='{urn:xmlsvc:media}SubtitleFormatType')
class SubtitleFormatType(StrEnum):
    """File format of subtitles."""

    WEBVTT = 'webvtt'
    """WebVTT."""
    EBU_TT_D = 'ebu-tt-d'
    """EBU-TT-D."""
    SRT = 'srt'
    """SubRip."""
    STL = 'stl'
    """EBU STL, from teletext."""


@enumeration('xs:token', name='{urn:xmlsvc:media}SubtitleKindType')
class SubtitleKindType(StrEnum):
    """For whom subtitles are made."""

    TRANSLATION = 'translation'
    """For viewers who do not know the language that is spoken."""
    CAPTIONS = 'captions'
    """For deaf and hard-of-hearing viewers: speech, speakers and sounds."""
    FORCED = 'forced'
    """Only what all viewers need, such as a foreign sentence."""


@enumeration('xs:token', name='{urn:xmlsvc:media}ImageKindType')
class ImageKindType(StrEnum):
    """What an image is for."""

    THUMBNAIL = 'thumbnail'
    """The small picture in lists."""
    STILL = 'still'
    """A frame from the material."""
    POSTER = 'poster'
    """Upright key art with the title."""
    BANNER = 'banner'
    """Wide key art for the top of a page."""
    LOGO = 'logo'
    """The title as a drawn logo."""


@enumeration('xs:token', name='{urn:xmlsvc:media}ImageFormatType')
class ImageFormatType(StrEnum):
    """Media type of an image."""

    IMAGE_JPEG = 'image/jpeg'
    """JPEG."""
    IMAGE_PNG = 'image/png'
    """PNG."""
    IMAGE_WEBP = 'image/webp'
    """WebP."""
    IMAGE_SVG_XML = 'image/svg+xml'
    """SVG."""

FileKeyType = restrict('xs:token', name='{urn:xmlsvc:media}FileKeyType', patterns=(('[A-Za-z0-9][A-Za-z0-9._\\-]{0,39}',),))

PixelCountType = restrict('xs:positiveInteger', name='{urn:xmlsvc:media}PixelCountType', max_inclusive='16384')

FrameRateType = restrict('xs:decimal', name='{urn:xmlsvc:media}FrameRateType', max_inclusive='300', min_exclusive='0', fraction_digits=3)

DataRateType = restrict('xs:decimal', name='{urn:xmlsvc:media}DataRateType', min_exclusive='0', total_digits=12, fraction_digits=3)

AspectRatioType = restrict('xs:token', name='{urn:xmlsvc:media}AspectRatioType', patterns=(('[0-9]{1,2}(\\.[0-9]{1,2})?:[0-9]{1,2}',),))

Md5Type = restrict('xs:hexBinary', name='{urn:xmlsvc:media}Md5Type', length=16)

ChannelCountType = restrict('xs:unsignedByte', name='{urn:xmlsvc:media}ChannelCountType', min_inclusive='1', max_inclusive='32')


class LocationType(View):
    """Where a file lies."""

    __slots__ = ()
    __xsd__ = P + 'LocationType'

    value: Text[str] = _declare.text('xs:anyURI')
    access: Default[AccessType | str] = _declare.attribute('access', 'AccessType', default='internal')
    """Who may fetch the file from here."""
    expires: Attribute[DateTime] = _declare.attribute('expires', 'xs:dateTime')
    """When this address stops working."""


class ResourceType(View):
    """What every file has, of whatever kind."""

    __slots__ = ()
    __xsd__ = P + 'ResourceType'
    __content__ = 'location+ checksum? size?'
    __abstract__ = True

    key: Attribute[str] = attribute('key', 'FileKeyType', required=True)
    """Short name of the file, used once within the item. Publications point at it."""
    location: Many[LocationType] = many(P + 'location', 'LocationType')
    """Address of the file. A file may lie in several places."""
    checksum: Value[bytes] = value(P + 'checksum', 'Md5Type')
    """MD5 digest of the file."""
    size: Value[int] = value(P + 'size', 'xs:nonNegativeInteger')
    """Size of the file in bytes, 0 where it is not known."""


class TimedResourceType(ResourceType):
    """A file that plays: what video and sound have in common."""

    __slots__ = ()
    __xsd__ = P + 'TimedResourceType'
    __content__ = '(location+ checksum? size?) (container duration data_rate? start_timecode?)'
    __abstract__ = True

    container: Value[ContainerType | str] = value(P + 'container', 'ContainerType', required=True)
    """File format."""
    duration: Value[Duration] = value(P + 'duration', 'c:RunningTimeType', required=True)
    """Length of the file from first to last frame, such as PT52M12S."""
    data_rate: Value[Decimal] = value(P + 'dataRate', 'DataRateType')
    """Mean data rate of the whole file in kilobits (1000 bits) a second."""
    start_timecode: Value[str] = value(P + 'startTimecode', 'c:TimecodeType')
    """Time code of the first frame; in production files often 10:00:00:00."""


class AudioTrackType(View):
    """One sound track."""

    __slots__ = ()
    __xsd__ = P + 'AudioTrackType'
    __content__ = 'codec channels sample_rate?'

    language: Attribute[str] = attribute('language', 'xs:language')
    """Language that is spoken on the track. Leave out for music and effects."""
    codec: Value[AudioCodecType | str] = value(P + 'codec', 'AudioCodecType', required=True)
    """How the sound is coded."""
    channels: Value[int] = value(P + 'channels', 'ChannelCountType', required=True)
    """Number of channels: 1 is mono, 2 stereo, 6 is 5.1."""
    sample_rate: Value[int] = value(P + 'sampleRate', 'xs:positiveInteger')
    """Samples a second, usually 48000."""


class VideoType(TimedResourceType):
    """A video file or stream."""

    __slots__ = ()
    __xsd__ = P + 'VideoType'
    __content__ = '((location+ checksum? size?) (container duration data_rate? start_timecode?)) (video_codec width height frame_rate aspect_ratio? audio_track*)'
    __abstract__ = False

    scan: Default[ScanType | str] = attribute('scan', 'ScanType', default='progressive')
    """Whole pictures or two fields."""
    video_codec: Value[VideoCodecType | str] = value(P + 'videoCodec', 'VideoCodecType', required=True)
    """How the pictures are coded."""
    width: Value[int] = value(P + 'width', 'PixelCountType', required=True)
    """Width of the picture in pixels."""
    height: Value[int] = value(P + 'height', 'PixelCountType', required=True)
    """Height of the picture in pixels."""
    frame_rate: Value[Decimal] = value(P + 'frameRate', 'FrameRateType', required=True)
    """Pictures a second."""
    aspect_ratio: Value[str] = value(P + 'aspectRatio', 'AspectRatioType', default='16:9')
    """Shape of the picture as shown. An empty element means 16:9."""
    audio_track: Many[AudioTrackType] = many(P + 'audioTrack', 'AudioTrackType')
    """A sound track in the file."""


class AudioType(TimedResourceType):
    """A file with sound only."""

    __slots__ = ()
    __xsd__ = P + 'AudioType'
    __content__ = '((location+ checksum? size?) (container duration data_rate? start_timecode?)) audio_track+'
    __abstract__ = False

    audio_track: Many[AudioTrackType] = many(P + 'audioTrack', 'AudioTrackType')
    """A sound track in the file."""


class SubtitlesType(ResourceType):
    """A file with subtitles in one language."""

    __slots__ = ()
    __xsd__ = P + 'SubtitlesType'
    __content__ = '(location+ checksum? size?) format'
    __abstract__ = False

    lang: Attribute[str] = attribute('lang', 'xs:language', required=True)
    """Language in which the subtitles are written."""
    kind: Default[SubtitleKindType | str] = attribute('kind', 'SubtitleKindType', default='translation')
    """For whom the subtitles are made."""
    format: Value[SubtitleFormatType | str] = value(P + 'format', 'SubtitleFormatType', required=True)
    """File format of the subtitles."""


class ImageType(ResourceType):
    """A still image."""

    __slots__ = ()
    __xsd__ = P + 'ImageType'
    __content__ = '(location+ checksum? size?) (width height alt* photographer?)'
    __abstract__ = False

    kind: Attribute[ImageKindType | str] = attribute('kind', 'ImageKindType', required=True)
    """What the image is for."""
    format: Default[ImageFormatType | str] = attribute('format', 'ImageFormatType', default='image/jpeg')
    """Media type of the image."""
    width: Value[int] = value(P + 'width', 'PixelCountType', required=True)
    """Width of the image in pixels."""
    height: Value[int] = value(P + 'height', 'PixelCountType', required=True)
    """Height of the image in pixels."""
    alt: Many[_c.LocalisedTextType] = many(P + 'alt', 'c:LocalisedTextType')
    """What the image shows, in words, for those who cannot see it."""
    photographer: Value[str] = value(P + 'photographer', 'c:TextLineType')
    """Who made the image, as it must be credited."""
