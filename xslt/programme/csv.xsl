<?xml version="1.0" encoding="UTF-8"?>
<!-- One record of a table (RFC 4180): a header, and a row for the item. Every field stands in quotes; lines end with CR LF.

     Several values in one field are joined by " | ". Times keep their zone; durations are given as they are and in whole seconds.
     Only public files are named. Prose is on one line, mark-up taken off. What the item does not have is an empty field.

     Spreadsheets take a cell that begins with = + - or @ for a formula, and in countries where the comma is the decimal sign they part
     cells at ";" even inside these quotes. So a text with such a character first, or first after a ";", gets an apostrophe before it
     there. Numbers, times, codes and addresses cannot begin so. Where texts must be exact, take another format. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights" xmlns:str="http://exslt.org/strings"
                exclude-result-prefixes="p m r str">
  <xsl:import href="common.xsl"/>
  <xsl:output method="text" encoding="UTF-8"/>

  <xsl:variable name="header" select="'id,kind,type,status,title,title_language,subtitle,original_title,other_titles,description,description_language,genres,keywords,languages,countries,produced,age_ratings,duration,duration_seconds,series_id,series_title,season,episode,edition,excerpt_of,about,directors,writers,cast,presenters,production_companies,first_channel,first_start,on_demand_platform,on_demand_start,on_demand_end,rights_holders,licence,page,media_url,media_type,width,height,image_url,identifiers,created,modified,supplier'"/>

  <xsl:template match="/">
    <xsl:for-each select="str:tokenize($header, ',')">
      <xsl:if test="position() > 1">,</xsl:if>
      <xsl:value-of select="concat('&quot;', ., '&quot;')"/>
    </xsl:for-each>
    <xsl:text>&#13;&#10;</xsl:text>
    <xsl:variable name="cells">
      <xsl:call-template name="description"/>
      <xsl:call-template name="context"/>
      <xsl:call-template name="publication"/>
      <xsl:call-template name="record"/>
    </xsl:variable>
    <xsl:value-of select="concat(substring($cells, 2), '&#13;&#10;')"/>
  </xsl:template>

  <xsl:template name="description">
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/@id)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="local-name($item)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/@kind)"/></xsl:call-template>
    <xsl:call-template name="cell">
      <xsl:with-param name="of" select="concat(normalize-space($item/@status), substring('ready', 1, 5 * not($item/@status)))"/>
    </xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($title)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="$language"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$shown-titles[normalize-space(@kind) = 'subtitle']"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$shown-titles[normalize-space(@kind) = 'original']"/></xsl:call-template>
    <xsl:call-template name="cells">
      <xsl:with-param name="of" select="$shown-titles[generate-id() != generate-id($title)][not(contains(' subtitle original ', concat(' ', normalize-space(@kind), ' ')))
          or not(@kind)]"/>
    </xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="string($summary)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($text/@xml:lang | $text/@lang)"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$item/p:genre"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$item/p:keyword"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$item/p:language"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="str:tokenize(string($item/p:countries))"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/p:produced)"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$item/p:ageRating"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/p:duration)"/></xsl:call-template>
    <xsl:variable name="seconds"><xsl:call-template name="seconds"/></xsl:variable>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="string($seconds)"/></xsl:call-template>
  </xsl:template>

  <xsl:template name="context">
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/p:series)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/p:seriesTitle[1])"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item[self::p:episode]/p:season)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/p:number)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/p:edition)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/p:excerpt/@item)"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$item/p:about"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$credits[normalize-space(@role) = 'director']"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$credits[normalize-space(@role) = 'writer']"/></xsl:call-template>
    <xsl:call-template name="cells">
      <xsl:with-param name="of" select="$credits[contains(' actor voice performer ', concat(' ', normalize-space(@role), ' '))]"/>
    </xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$credits[normalize-space(@role) = 'presenter' or normalize-space(@role) = 'host']"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$credits[normalize-space(@role) = 'production-company']"/></xsl:call-template>
  </xsl:template>

  <xsl:template name="publication">
    <xsl:variable name="first" select="$broadcasts[1]"/>
    <xsl:variable name="demand" select="$events[p:platform][1]"/>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($first/p:channel)"/></xsl:call-template>
    <xsl:call-template name="time"><xsl:with-param name="of" select="$first/p:start"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($demand/p:platform)"/></xsl:call-template>
    <xsl:call-template name="time"><xsl:with-param name="of" select="$demand/p:start"/></xsl:call-template>
    <xsl:call-template name="time"><xsl:with-param name="of" select="$demand/p:end"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$item/p:rights/r:holder"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/p:rights/r:licence)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="string($page)"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$main-file"/></xsl:call-template>
    <xsl:variable name="type">
      <xsl:for-each select="$main-file"><xsl:call-template name="media-type"/></xsl:for-each>
    </xsl:variable>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="string($type)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($main-file/m:width)"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($main-file/m:height)"/></xsl:call-template>
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$thumbnail"/></xsl:call-template>
  </xsl:template>

  <xsl:template name="record">
    <xsl:call-template name="cells"><xsl:with-param name="of" select="$item/p:identifier"/></xsl:call-template>
    <xsl:call-template name="time"><xsl:with-param name="of" select="$item/@created"/></xsl:call-template>
    <xsl:call-template name="time"><xsl:with-param name="of" select="$item/@modified"/></xsl:call-template>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="normalize-space($item/@supplier)"/></xsl:call-template>
  </xsl:template>

  <!-- A field with its comma before it. -->
  <xsl:template name="cell">
    <xsl:param name="of"/>
    <xsl:text>,"</xsl:text>
    <xsl:call-template name="harmless"><xsl:with-param name="of" select="str:replace(normalize-space($of), '&quot;', '&quot;&quot;')"/></xsl:call-template>
    <xsl:text>"</xsl:text>
  </xsl:template>

  <xsl:template name="cells">
    <xsl:param name="of"/>
    <xsl:variable name="values">
      <xsl:for-each select="$of">
        <xsl:if test="position() > 1"> | </xsl:if>
        <xsl:apply-templates select="." mode="value"/>
      </xsl:for-each>
    </xsl:variable>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="string($values)"/></xsl:call-template>
  </xsl:template>

  <xsl:template name="time">
    <xsl:param name="of"/>
    <xsl:variable name="moment">
      <xsl:call-template name="moment"><xsl:with-param name="of" select="$of"/></xsl:call-template>
    </xsl:variable>
    <xsl:call-template name="cell"><xsl:with-param name="of" select="string($moment)"/></xsl:call-template>
  </xsl:template>

  <!-- No part of the text between semicolons begins as a formula; blanks and quotes before its first character do not count. The letter
       before each part keeps str:split from dropping empty ones. -->
  <xsl:template name="harmless">
    <xsl:param name="of"/>
    <xsl:for-each select="str:split(concat('p', str:replace($of, ';', ';p')), ';')">
      <xsl:variable name="part" select="substring(., 2)"/>
      <xsl:variable name="first" select="substring(translate($part, ' &quot;&#160;', ''), 1, 1)"/>
      <xsl:if test="position() > 1">;</xsl:if>
      <xsl:if test="$first != '' and contains('=+-@＝＋－＠', $first)">'</xsl:if>
      <xsl:value-of select="$part"/>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="*" mode="value"><xsl:value-of select="normalize-space()"/></xsl:template>
  <xsl:template match="p:genre" mode="value"><xsl:call-template name="genre"/></xsl:template>
  <xsl:template match="p:credit | p:contribution" mode="value"><xsl:call-template name="agent-name"/></xsl:template>
  <xsl:template match="m:video | m:audio | m:image" mode="value"><xsl:call-template name="address"/></xsl:template>
  <xsl:template match="p:identifier" mode="value"><xsl:value-of select="concat(normalize-space(@scheme), ':', normalize-space())"/></xsl:template>
  <xsl:template match="p:ageRating" mode="value">
    <xsl:call-template name="label"><xsl:with-param name="code" select="@system"/></xsl:call-template>
    <xsl:value-of select="concat(' ', normalize-space())"/>
  </xsl:template>
</xsl:stylesheet>
