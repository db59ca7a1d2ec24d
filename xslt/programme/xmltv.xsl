<?xml version="1.0" encoding="UTF-8"?>
<!-- XMLTV (xmltv.dtd): each broadcast of the item as a programme, and the channels that show it.

     channel        has no number or domain in the vocabulary: its name is its id
     programme      one for each broadcast or live stream; publications on demand have no place in XMLTV, nor have series and other items
                    that are not broadcast: they give a listing without programmes. So does a year that four digits cannot write
     title          main titles in all languages; of an episode, the series' title if it is there, and its own main titles as sub-titles
     desc           the text to show first, then the others, mark-up taken off
     credits        persons in the roles that XMLTV has: executive producers with producers, voices and performers with actors,
                    narrators as commentators, interviewees as guests, translators as adapters; others and organisations are left out
     date           when production was finished, as precisely as it is known
     language       what is spoken in this version: the dubbed one, and then the original, too
     episode-num    xmltv_ns counts from 0, so specials (season or number 0) have none; a daily's edition as onscreen
     video, audio   of the file that the broadcast uses; no picture where the item's files are sound alone
     subtitles      by the item's access services
     Left out: premiere, last-chance, new, star-rating, review, which the vocabulary does not have. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights" xmlns:str="http://exslt.org/strings"
                exclude-result-prefixes="p m r str">
  <xsl:import href="common.xsl"/>
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>

  <xsl:template match="/">
    <tv generator-info-name="xmlsvc">
      <xsl:for-each select="$broadcasts/p:channel[generate-id() = generate-id(key('channel', normalize-space())[1])]">
        <channel id="{normalize-space()}">
          <display-name><xsl:value-of select="normalize-space()"/></display-name>
        </channel>
      </xsl:for-each>
      <xsl:apply-templates select="$broadcasts"/>
    </tv>
  </xsl:template>

  <!-- 20240201203000 +0100, where the year has four digits; fractions of a second are dropped. -->
  <xsl:template name="xmltv-time">
    <xsl:param name="of"/>
    <xsl:variable name="moment"><xsl:call-template name="moment"><xsl:with-param name="of" select="$of"/></xsl:call-template></xsl:variable>
    <xsl:variable name="clock" select="substring-after($moment, 'T')"/>
    <xsl:if test="string-length(substring-before($moment, 'T')) = 10">
      <xsl:value-of select="concat(translate(substring($moment, 1, 10), '-', ''), translate(substring($clock, 1, 8), ':', ''), ' ')"/>
      <xsl:choose>
        <xsl:when test="contains($clock, '+')"><xsl:value-of select="concat('+', translate(substring-after($clock, '+'), ':', ''))"/></xsl:when>
        <xsl:when test="contains($clock, '-')"><xsl:value-of select="concat('-', translate(substring-after($clock, '-'), ':', ''))"/></xsl:when>
        <xsl:otherwise>+0000</xsl:otherwise>
      </xsl:choose>
    </xsl:if>
  </xsl:template>

  <xsl:template match="p:event">
    <xsl:variable name="start"><xsl:call-template name="xmltv-time"><xsl:with-param name="of" select="p:start"/></xsl:call-template></xsl:variable>
    <xsl:variable name="stop"><xsl:call-template name="xmltv-time"><xsl:with-param name="of" select="p:end[normalize-space()]"/></xsl:call-template></xsl:variable>
    <xsl:if test="$start != ''">
      <programme start="{$start}" channel="{normalize-space(p:channel)}">
        <xsl:if test="$stop != ''">
          <xsl:attribute name="stop"><xsl:value-of select="$stop"/></xsl:attribute>
        </xsl:if>
        <xsl:call-template name="titles"/>
        <xsl:for-each select="$text | $texts">
          <xsl:sort select="number(generate-id() != generate-id($text))" data-type="number"/>
          <xsl:variable name="words"><xsl:call-template name="plain"/></xsl:variable>
          <xsl:if test="$words != ''">
            <desc>
              <xsl:call-template name="lang"/>
              <xsl:value-of select="$words"/>
            </desc>
          </xsl:if>
        </xsl:for-each>
        <xsl:call-template name="credits"/>
        <xsl:call-template name="facts"/>
        <xsl:call-template name="technical"/>
        <xsl:call-template name="access"/>
      </programme>
    </xsl:if>
  </xsl:template>

  <!-- XMLTV's lang is not XML's. -->
  <xsl:template name="lang">
    <xsl:if test="normalize-space(@xml:lang | @lang)">
      <xsl:attribute name="lang"><xsl:value-of select="normalize-space(@xml:lang | @lang)"/></xsl:attribute>
    </xsl:if>
  </xsl:template>

  <xsl:template name="titles">
    <xsl:variable name="own" select="$title | $titles[not(@kind) or normalize-space(@kind) = 'main']"/>
    <xsl:for-each select="$item/p:seriesTitle | $own[not($item/p:seriesTitle)]">
      <title>
        <xsl:call-template name="lang"/>
        <xsl:value-of select="normalize-space()"/>
      </title>
    </xsl:for-each>
    <xsl:for-each select="$own[$item/p:seriesTitle] | $titles[normalize-space(@kind) = 'subtitle']">
      <sub-title>
        <xsl:call-template name="lang"/>
        <xsl:value-of select="normalize-space()"/>
      </sub-title>
    </xsl:for-each>
  </xsl:template>

  <xsl:variable name="persons" select="$credits[key('agent', normalize-space(@who | @person))[self::p:person]]"/>

  <xsl:template name="credits">
    <xsl:variable name="groups">
      <group name="director" roles=" director "/>
      <group name="actor" roles=" actor voice performer "/>
      <group name="writer" roles=" writer "/>
      <group name="adapter" roles=" translator "/>
      <group name="producer" roles=" producer executive-producer "/>
      <group name="composer" roles=" composer "/>
      <group name="editor" roles=" editor "/>
      <group name="presenter" roles=" presenter host "/>
      <group name="commentator" roles=" narrator "/>
      <group name="guest" roles=" guest interviewee "/>
    </xsl:variable>
    <xsl:variable name="all" xmlns:exsl="http://exslt.org/common">
      <xsl:for-each select="exsl:node-set($groups)/group">
        <xsl:variable name="group" select="."/>
        <xsl:for-each select="$persons[contains($group/@roles, concat(' ', normalize-space(@role), ' '))]">
          <xsl:element name="{$group/@name}">
            <xsl:if test="$group/@name = 'actor' and p:character">
              <xsl:attribute name="role"><xsl:value-of select="normalize-space(p:character)"/></xsl:attribute>
            </xsl:if>
            <xsl:call-template name="agent-name"/>
          </xsl:element>
        </xsl:for-each>
      </xsl:for-each>
    </xsl:variable>
    <xsl:if test="string($all)">
      <credits><xsl:copy-of select="$all"/></credits>
    </xsl:if>
  </xsl:template>

  <xsl:template name="facts">
    <xsl:variable name="produced"><xsl:call-template name="partial-date"/></xsl:variable>
    <xsl:if test="$produced != ''">
      <date><xsl:value-of select="translate($produced, '-', '')"/></date>
    </xsl:if>
    <xsl:for-each select="$item/p:genre">
      <category><xsl:call-template name="genre"/></category>
    </xsl:for-each>
    <xsl:for-each select="$item/p:keyword">
      <keyword>
        <xsl:call-template name="lang"/>
        <xsl:value-of select="normalize-space()"/>
      </keyword>
    </xsl:for-each>
    <xsl:variable name="original" select="$item/p:language[not(@use) or normalize-space(@use) = 'original'][1]"/>
    <xsl:variable name="dubbed" select="$item/p:language[normalize-space(@use) = 'dubbed'][1]"/>
    <xsl:for-each select="($dubbed | $original[not($dubbed)])[1]">
      <language><xsl:value-of select="normalize-space()"/></language>
    </xsl:for-each>
    <xsl:for-each select="$original[$dubbed]">
      <orig-language><xsl:value-of select="normalize-space()"/></orig-language>
    </xsl:for-each>
    <xsl:variable name="seconds"><xsl:call-template name="seconds"/></xsl:variable>
    <xsl:if test="$seconds > 0">
      <length units="seconds"><xsl:value-of select="$seconds"/></length>
    </xsl:if>
    <xsl:for-each select="$images">
      <icon width="{normalize-space(m:width)}" height="{normalize-space(m:height)}">
        <xsl:attribute name="src"><xsl:call-template name="address"/></xsl:attribute>
      </icon>
    </xsl:for-each>
    <xsl:if test="$page != ''">
      <url><xsl:value-of select="$page"/></url>
    </xsl:if>
    <xsl:for-each select="str:tokenize(string($item/p:countries))">
      <country><xsl:value-of select="."/></country>
    </xsl:for-each>
    <xsl:if test="$item/p:number > 0 and (not($item/p:season) or $item/p:season > 0)">
      <episode-num system="xmltv_ns">
        <xsl:for-each select="$item/p:season"><xsl:value-of select=". - 1"/></xsl:for-each>
        <xsl:value-of select="concat('.', $item/p:number - 1, '.')"/>
      </episode-num>
    </xsl:if>
    <xsl:for-each select="$item/p:edition">
      <episode-num system="onscreen"><xsl:value-of select="normalize-space()"/></episode-num>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="technical">
    <xsl:variable name="used" select="key('file', normalize-space(p:uses[key('file', normalize-space(@file))[self::m:video]][1]/@file))"/>
    <xsl:choose>
      <xsl:when test="$item/p:files/m:audio and not($item/p:files/m:video)">
        <video><present>no</present></video>
      </xsl:when>
      <xsl:when test="$used/m:aspectRatio">
        <video>
          <aspect>
            <xsl:value-of select="normalize-space($used/m:aspectRatio)"/>
            <xsl:if test="not(normalize-space($used/m:aspectRatio))">16:9</xsl:if>
          </aspect>
        </video>
      </xsl:when>
    </xsl:choose>
    <xsl:variable name="channels" select="number($used/m:audioTrack[1]/m:channels)"/>
    <xsl:if test="$channels = 1 or $channels = 2 or $channels > 4">
      <audio>
        <stereo>
          <xsl:choose>
            <xsl:when test="$channels = 1">mono</xsl:when>
            <xsl:when test="$channels = 2">stereo</xsl:when>
            <xsl:otherwise>surround</xsl:otherwise>
          </xsl:choose>
        </stereo>
      </audio>
    </xsl:if>
    <xsl:if test="normalize-space(@repeat) = 'true' or normalize-space(@repeat) = '1'">
      <previously-shown/>
    </xsl:if>
  </xsl:template>

  <xsl:template name="access">
    <xsl:variable name="services" select="concat(' ', normalize-space($item/p:accessServices), ' ')"/>
    <xsl:if test="contains($services, ' captions ')">
      <subtitles/>
    </xsl:if>
    <xsl:variable name="signed" select="$item/p:language[normalize-space(@use) = 'signed'][1]"/>
    <xsl:if test="$signed or contains($services, ' sign-language ')">
      <subtitles type="deaf-signed">
        <xsl:for-each select="$signed">
          <language><xsl:value-of select="normalize-space()"/></language>
        </xsl:for-each>
      </subtitles>
    </xsl:if>
    <xsl:for-each select="$item/p:ageRating">
      <rating>
        <xsl:attribute name="system">
          <xsl:call-template name="label"><xsl:with-param name="code" select="@system"/></xsl:call-template>
        </xsl:attribute>
        <value><xsl:value-of select="normalize-space()"/></value>
      </rating>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
