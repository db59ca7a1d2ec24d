<?xml version="1.0" encoding="UTF-8"?>
<!-- What all formats of the programme vocabulary share: which title, text, file and address of an item to take, how codes read, how
     durations and times convert. Works on every root and on versions 1.0 and 1.1 alike, so a name that 1.1 changed is asked for
     under both its names. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights"
                xmlns:exsl="http://exslt.org/common" xmlns:date="http://exslt.org/dates-and-times"
                exclude-result-prefixes="xsi p m r exsl date">

  <!-- Public address under which items without a page of their own are found; ends with a slash. Empty: they have no address. -->
  <xsl:param name="site" select="''"/>

  <!-- Only of the item itself: what its extensions hold is the partner's own business. -->
  <xsl:key name="agent" match="/*/p:people/p:person | /*/p:people/p:organisation" use="@id"/>
  <xsl:key name="file" match="/*/p:files/*" use="normalize-space(@key)"/>
  <!-- Whether an event uses a file: the event's generate-id(), a space, the file's key. -->
  <xsl:key name="use" match="/*/p:publication/p:event/p:uses" use="concat(generate-id(..), ' ', normalize-space(@file))"/>
  <xsl:key name="channel" match="/*/p:publication/p:event/p:channel" use="normalize-space()"/>
  <!-- Events by the local part of their xsi:type: BroadcastType, LiveStreamType, OnDemandType. -->
  <xsl:key name="event" match="/*/p:publication/p:event[contains(@xsi:type, ':')]" use="normalize-space(substring-after(@xsi:type, ':'))"/>
  <xsl:key name="event" match="/*/p:publication/p:event[not(contains(@xsi:type, ':'))]" use="normalize-space(@xsi:type)"/>

  <xsl:variable name="item" select="/*"/>

  <!-- The title to show: the first main one. -->
  <xsl:variable name="titles" select="$item/p:title"/>
  <xsl:variable name="title" select="($titles[not(@kind) or normalize-space(@kind) = 'main'] | $titles[1][not($titles[not(@kind) or normalize-space(@kind) = 'main'])])[1]"/>
  <xsl:variable name="language" select="normalize-space($title/@xml:lang | $title/@lang)"/>
  <!-- A working title stays inside the house, unless there is no other. -->
  <xsl:variable name="shown-titles" select="$title | $titles[normalize-space(@kind) != 'working']"/>

  <!-- The text to show: in the title's language if there is one, medium before long before short. -->
  <xsl:variable name="texts" select="$item/p:synopsis | $item/p:description"/>
  <xsl:variable name="own-texts" select="$texts[normalize-space(@xml:lang | @lang) = $language]"/>
  <xsl:variable name="candidates" select="$own-texts | $texts[not($own-texts)]"/>
  <xsl:variable name="medium" select="$candidates[not(@length) or normalize-space(@length) = 'medium']"/>
  <xsl:variable name="long" select="$candidates[normalize-space(@length) = 'long']"/>
  <xsl:variable name="text" select="($medium | $long[not($medium)] | $candidates[not($medium) and not($long)])[1]"/>
  <xsl:variable name="summary">
    <xsl:call-template name="plain"><xsl:with-param name="of" select="$text"/></xsl:call-template>
  </xsl:variable>

  <xsl:variable name="credits" select="$item/p:credits/p:credit | $item/p:contributions/p:contribution"/>
  <xsl:variable name="events" select="$item/p:publication/p:event"/>
  <xsl:variable name="on-demand" select="key('event', 'OnDemandType')"/>
  <xsl:variable name="broadcasts" select="$events[p:channel]"/>
  <xsl:variable name="first-start" select="normalize-space($events[1]/p:start)"/>

  <!-- Only what anybody may fetch is ever published. -->
  <xsl:variable name="files" select="$item/p:files/*[m:location[normalize-space(@access) = 'public'][normalize-space()]]"/>
  <xsl:variable name="playable" select="$files[self::m:video or self::m:audio]"/>
  <xsl:variable name="main-file" select="($playable[self::m:video] | $playable[not($playable[self::m:video])])[1]"/>
  <xsl:variable name="images" select="$files[self::m:image]"/>
  <xsl:variable name="thumbnail" select="($images[normalize-space(@kind) = 'thumbnail']
      | $images[normalize-space(@kind) = 'still'][not($images[normalize-space(@kind) = 'thumbnail'])]
      | $images[not($images[normalize-space(@kind) = 'thumbnail' or normalize-space(@kind) = 'still'])])[1]"/>

  <!-- The page where viewers find the item; nothing if there is none. -->
  <xsl:variable name="page">
    <xsl:choose>
      <xsl:when test="normalize-space($on-demand/p:page)"><xsl:value-of select="normalize-space($on-demand/p:page)"/></xsl:when>
      <xsl:when test="normalize-space($item/p:site)"><xsl:value-of select="normalize-space($item/p:site)"/></xsl:when>
      <xsl:when test="$site"><xsl:value-of select="concat($site, normalize-space($item/@id))"/></xsl:when>
    </xsl:choose>
  </xsl:variable>

  <!-- The language of a text, under either version's name. An empty one is left out: most formats do not know it. -->
  <xsl:template name="lang">
    <xsl:param name="of" select="."/>
    <xsl:if test="normalize-space($of/@xml:lang | $of/@lang)">
      <xsl:attribute name="xml:lang"><xsl:value-of select="normalize-space($of/@xml:lang | $of/@lang)"/></xsl:attribute>
    </xsl:if>
  </xsl:template>

  <!-- A text without its mark-up, on one line. -->
  <xsl:template name="plain">
    <xsl:param name="of" select="."/>
    <xsl:variable name="raw">
      <xsl:apply-templates select="$of/node()" mode="plain"/>
    </xsl:variable>
    <xsl:value-of select="normalize-space($raw)"/>
  </xsl:template>
  <xsl:template match="p:br" mode="plain"><xsl:text> </xsl:text></xsl:template>
  <xsl:template match="comment() | processing-instruction()" mode="plain"/>

  <!-- The public address of a file. -->
  <xsl:template name="address">
    <xsl:param name="of" select="."/>
    <xsl:value-of select="normalize-space($of/m:location[normalize-space(@access) = 'public'][normalize-space()][1])"/>
  </xsl:template>

  <!-- The name of the person or organisation with an id; the id itself if the document has no such person. -->
  <xsl:template name="agent-name">
    <xsl:param name="id" select="normalize-space(@who | @person)"/>
    <xsl:variable name="agent" select="key('agent', $id)[1]"/>
    <xsl:choose>
      <xsl:when test="$agent/p:familyName"><xsl:value-of select="normalize-space(concat($agent/p:givenName, ' ', $agent/p:familyName))"/></xsl:when>
      <xsl:when test="$agent"><xsl:value-of select="normalize-space($agent/p:displayName | $agent/p:organisationName)"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$id"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- Codes that do not read well by the rule: hyphens to spaces, a capital first. -->
  <xsl:variable name="labels">
    <label code="svod">Subscription</label><label code="avod">Free with advertisements</label><label code="tvod">Pay per view</label>
    <label code="linear">Broadcast</label><label code="social">Social media</label>
    <label code="host">Presenter</label><label code="bbfc">BBFC</label><label code="fsk">FSK</label>
    <label code="csa">CSA</label><label code="tvpg">TV Parental Guidelines</label><label code="eirin">Eirin</label><label code="eidr">EIDR</label>
    <label code="isan">ISAN</label><label code="crid">CRID</label><label code="imdb">IMDb</label><label code="mp4">MP4</label>
    <label code="mxf">MXF</label><label code="mov">QuickTime</label><label code="ts">MPEG-2 TS</label><label code="webm">WebM</label>
    <label code="mkv">Matroska</label><label code="hls">HLS</label><label code="dash">DASH</label><label code="wav">WAV</label>
    <label code="mp3">MP3</label><label code="h264">H.264</label><label code="h265">H.265</label><label code="av1">AV1</label>
    <label code="vp9">VP9</label><label code="mpeg2">MPEG-2</label><label code="prores">ProRes</label><label code="dnxhd">DNxHD</label>
    <label code="aac">AAC</label><label code="ac3">AC-3</label><label code="eac3">E-AC-3</label><label code="mp2">MP2</label>
    <label code="pcm">PCM</label><label code="webvtt">WebVTT</label><label code="ebu-tt-d">EBU-TT-D</label><label code="imsc1">IMSC 1</label>
    <label code="srt">SRT</label><label code="stl">EBU STL</label><label code="sdr">SDR</label><label code="hlg">HLG</label>
    <label code="hdr10">HDR10</label><label code="catch-up">Catch-up</label>
  </xsl:variable>
  <xsl:variable name="language-names">
    <label code="ar">Arabic</label><label code="bn">Bengali</label><label code="cs">Czech</label><label code="da">Danish</label>
    <label code="de">German</label><label code="dse">Sign Language of the Netherlands</label><label code="el">Greek</label>
    <label code="en">English</label><label code="es">Spanish</label><label code="fa">Persian</label><label code="fi">Finnish</label>
    <label code="fr">French</label><label code="fy">Frisian</label><label code="ga">Irish</label><label code="he">Hebrew</label>
    <label code="hi">Hindi</label><label code="hu">Hungarian</label><label code="id">Indonesian</label><label code="it">Italian</label>
    <label code="ja">Japanese</label><label code="ko">Korean</label><label code="nl">Dutch</label><label code="no">Norwegian</label>
    <label code="pl">Polish</label><label code="pt">Portuguese</label><label code="ro">Romanian</label><label code="ru">Russian</label>
    <label code="sv">Swedish</label><label code="th">Thai</label><label code="tr">Turkish</label><label code="uk">Ukrainian</label>
    <label code="vi">Vietnamese</label><label code="zh">Chinese</label><label code="bfi">British Sign Language</label>
  </xsl:variable>

  <xsl:template name="label">
    <xsl:param name="code" select="."/>
    <xsl:variable name="plain" select="normalize-space($code)"/>
    <xsl:variable name="known" select="exsl:node-set($labels)/label[@code = $plain]"/>
    <xsl:variable name="shown">
      <xsl:choose>
        <xsl:when test="starts-with($plain, 'x-')"><xsl:value-of select="translate(substring($plain, 3), '-', ' ')"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="translate($plain, '-', ' ')"/></xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="$known"><xsl:value-of select="$known"/></xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="capitalised"><xsl:with-param name="of" select="$shown"/></xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- A genre in words, with a capital: its own label, else its code read out; in 1.0 it is words already. -->
  <xsl:template name="genre">
    <xsl:choose>
      <xsl:when test="@label">
        <xsl:call-template name="capitalised"><xsl:with-param name="of" select="normalize-space(@label)"/></xsl:call-template>
      </xsl:when>
      <xsl:otherwise><xsl:call-template name="label"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="capitalised">
    <xsl:param name="of"/>
    <xsl:value-of select="concat(translate(substring($of, 1, 1), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), substring($of, 2))"/>
  </xsl:template>

  <xsl:template name="language-name">
    <xsl:param name="code" select="."/>
    <xsl:variable name="plain" select="normalize-space($code)"/>
    <xsl:variable name="known" select="exsl:node-set($language-names)/label[@code = substring-before(concat($plain, '-'), '-')]"/>
    <xsl:choose>
      <xsl:when test="$known and contains($plain, '-')"><xsl:value-of select="concat($known, ' (', $plain, ')')"/></xsl:when>
      <xsl:when test="$known"><xsl:value-of select="$known"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$plain"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- A point in time with its zone: 1.0 may leave it out and means UTC. -->
  <xsl:template name="moment">
    <xsl:param name="of" select="."/>
    <xsl:variable name="value" select="normalize-space($of)"/>
    <xsl:variable name="clock" select="substring-after($value, 'T')"/>
    <xsl:value-of select="$value"/>
    <xsl:if test="$clock and not(contains($clock, 'Z') or contains($clock, '+') or contains($clock, '-'))">Z</xsl:if>
  </xsl:template>

  <!-- A partial date without its time zone: 2023-11-04, 2023-11 or 2023; nothing for a year before 0 or after 9999. -->
  <xsl:template name="partial-date">
    <xsl:param name="of" select="$item/p:produced"/>
    <xsl:variable name="value" select="normalize-space($of)"/>
    <xsl:variable name="form" select="translate($value, '123456789', '000000000')"/>
    <xsl:choose>
      <xsl:when test="starts-with($form, '0000-00-00') and not(starts-with($form, '0000-00-00:'))"><xsl:value-of select="substring($value, 1, 10)"/></xsl:when>
      <xsl:when test="starts-with($form, '0000-00') and not(starts-with($form, '0000-00:'))"><xsl:value-of select="substring($value, 1, 7)"/></xsl:when>
      <xsl:when test="starts-with($form, '0000') and not(starts-with($form, '00000'))"><xsl:value-of select="substring($value, 1, 4)"/></xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- Whole seconds of an xs:duration; nothing for one with years or months, whose length is open. -->
  <xsl:template name="seconds">
    <xsl:param name="of" select="$item/p:duration"/>
    <xsl:variable name="value" select="normalize-space($of)"/>
    <xsl:variable name="seconds" select="number(date:seconds($value))"/>
    <xsl:if test="starts-with($value, 'P') and $seconds = $seconds"><xsl:value-of select="format-number(round($seconds), '0')"/></xsl:if>
  </xsl:template>

  <!-- Seconds from the first frame of a time code, frames left off. -->
  <xsl:template name="timecode-seconds">
    <xsl:param name="of" select="normalize-space(@start)"/>
    <xsl:value-of select="substring($of, 1, 2) * 3600 + substring($of, 4, 2) * 60 + substring($of, 7, 2)"/>
  </xsl:template>

  <!-- A whole number without a sign, digits as they are: a number of XPath would lose those beyond the fifteenth. -->
  <xsl:template name="digits">
    <xsl:param name="of" select="."/>
    <xsl:value-of select="translate(normalize-space($of), '+', '')"/>
  </xsl:template>

  <!-- Mean bits a second of the current file: bitRate of 1.1, or dataRate (kilobits) of 1.0. -->
  <xsl:template name="bits">
    <xsl:choose>
      <xsl:when test="m:bitRate"><xsl:value-of select="translate(normalize-space(m:bitRate), '+', '')"/></xsl:when>
      <xsl:when test="m:dataRate"><xsl:value-of select="format-number(round(m:dataRate * 1000), '0')"/></xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- The media type of the current file. -->
  <xsl:template name="media-type">
    <xsl:variable name="container" select="normalize-space(m:container)"/>
    <xsl:variable name="format" select="normalize-space(m:format)"/>
    <xsl:choose>
      <xsl:when test="self::m:image and @format"><xsl:value-of select="normalize-space(@format)"/></xsl:when>
      <xsl:when test="self::m:image">image/jpeg</xsl:when>
      <xsl:when test="$format = 'webvtt'">text/vtt</xsl:when>
      <xsl:when test="$format = 'ebu-tt-d' or $format = 'imsc1'">application/ttml+xml</xsl:when>
      <xsl:when test="$format = 'srt'">application/x-subrip</xsl:when>
      <xsl:when test="$container = 'hls'">application/vnd.apple.mpegurl</xsl:when>
      <xsl:when test="$container = 'dash'">application/dash+xml</xsl:when>
      <xsl:when test="$container = 'mxf'">application/mxf</xsl:when>
      <xsl:when test="$container = 'mp3'">audio/mpeg</xsl:when>
      <xsl:when test="$container = 'wav'">audio/wav</xsl:when>
      <xsl:when test="self::m:audio and $container"><xsl:value-of select="concat('audio/', $container)"/></xsl:when>
      <xsl:when test="$container = 'mov'">video/quicktime</xsl:when>
      <xsl:when test="$container = 'ts'">video/mp2t</xsl:when>
      <xsl:when test="$container = 'mkv'">video/x-matroska</xsl:when>
      <xsl:when test="$container"><xsl:value-of select="concat('video/', $container)"/></xsl:when>
      <xsl:otherwise>application/octet-stream</xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
