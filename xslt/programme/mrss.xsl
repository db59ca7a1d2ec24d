<?xml version="1.0" encoding="UTF-8"?>
<!-- Media RSS 1.5.1: an RSS 2.0 channel with the item in it. Only files that anybody may fetch are named. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights"
                xmlns:media="http://search.yahoo.com/mrss/" xmlns:date="http://exslt.org/dates-and-times"
                exclude-result-prefixes="p m r date">
  <xsl:import href="common.xsl"/>
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>

  <xsl:template match="/">
    <rss version="2.0">
      <channel>
        <title><xsl:value-of select="normalize-space($title)"/></title>
        <link><xsl:value-of select="$page"/></link>
        <description><xsl:call-template name="description"/></description>
        <xsl:if test="$language">
          <language><xsl:value-of select="$language"/></language>
        </xsl:if>
        <xsl:apply-templates select="$item"/>
      </channel>
    </rss>
  </xsl:template>

  <!-- RSS asks for a description: the title stands in where there is no text. -->
  <xsl:template name="description">
    <xsl:choose>
      <xsl:when test="$summary != ''"><xsl:value-of select="$summary"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="normalize-space($title)"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="/*">
    <item>
      <title><xsl:value-of select="normalize-space($title)"/></title>
      <xsl:if test="$page != ''">
        <link><xsl:value-of select="$page"/></link>
      </xsl:if>
      <description><xsl:call-template name="description"/></description>
      <guid isPermaLink="false"><xsl:value-of select="normalize-space(@id)"/></guid>
      <xsl:call-template name="publication-date"/>
      <xsl:for-each select="p:genre">
        <category><xsl:call-template name="genre"/></category>
      </xsl:for-each>
      <media:title type="plain"><xsl:value-of select="normalize-space($title)"/></media:title>
      <media:description type="plain"><xsl:call-template name="description"/></media:description>
      <xsl:if test="p:keyword">
        <media:keywords>
          <xsl:for-each select="p:keyword">
            <xsl:if test="position() > 1">, </xsl:if>
            <xsl:value-of select="translate(normalize-space(), ',', ' ')"/>
          </xsl:for-each>
        </media:keywords>
      </xsl:if>
      <xsl:for-each select="p:genre">
        <media:category scheme="urn:xmlsvc:programme:genre">
          <xsl:attribute name="label"><xsl:call-template name="genre"/></xsl:attribute>
          <xsl:value-of select="normalize-space()"/>
        </media:category>
      </xsl:for-each>
      <xsl:for-each select="p:ageRating">
        <media:rating scheme="urn:{normalize-space(@system)}"><xsl:value-of select="normalize-space()"/></media:rating>
      </xsl:for-each>
      <xsl:for-each select="$credits">
        <media:credit role="{translate(normalize-space(@role), '-', ' ')}" scheme="urn:ebu"><xsl:call-template name="agent-name"/></media:credit>
      </xsl:for-each>
      <xsl:apply-templates select="p:rights"/>
      <xsl:if test="normalize-space(@status) = 'withdrawn'">
        <media:status state="blocked"/>
      </xsl:if>
      <xsl:for-each select="$on-demand/p:price">
        <media:price type="rent" price="{normalize-space()}">
          <xsl:attribute name="currency">
            <xsl:choose>
              <xsl:when test="@currency"><xsl:value-of select="normalize-space(@currency)"/></xsl:when>
              <xsl:otherwise>EUR</xsl:otherwise>
            </xsl:choose>
          </xsl:attribute>
        </media:price>
      </xsl:for-each>
      <xsl:apply-templates select="$images | $files[self::m:subtitles]"/>
      <xsl:if test="p:chapter">
        <media:scenes>
          <xsl:apply-templates select="p:chapter"/>
        </media:scenes>
      </xsl:if>
      <xsl:if test="$playable">
        <media:group>
          <xsl:apply-templates select="$playable"/>
        </media:group>
      </xsl:if>
    </item>
  </xsl:template>

  <!-- RFC 822: Thu, 01 Feb 2024 20:30:00 +0100. -->
  <xsl:template name="publication-date">
    <xsl:variable name="when">
      <xsl:choose>
        <xsl:when test="$first-start"><xsl:value-of select="$first-start"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="normalize-space($item/@created)"/></xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:variable name="day" select="substring-before($when, 'T')"/>
    <xsl:variable name="time" select="substring-after($when, 'T')"/>
    <xsl:variable name="zone" select="substring($time, 9)"/>
    <xsl:if test="string-length($day) = 10 and date:day-abbreviation($day)">
      <pubDate>
        <xsl:value-of select="concat(date:day-abbreviation($day), ', ', substring($day, 9, 2), ' ', date:month-abbreviation($day), ' ',
            substring($day, 1, 4), ' ', substring($time, 1, 8), ' ')"/>
        <xsl:choose>
          <xsl:when test="contains($zone, '+')"><xsl:value-of select="concat('+', translate(substring-after($zone, '+'), ':', ''))"/></xsl:when>
          <xsl:when test="contains($zone, '-')"><xsl:value-of select="concat('-', translate(substring-after($zone, '-'), ':', ''))"/></xsl:when>
          <xsl:otherwise>+0000</xsl:otherwise>
        </xsl:choose>
      </pubDate>
    </xsl:if>
  </xsl:template>

  <xsl:template match="p:rights">
    <media:copyright>
      <xsl:for-each select="r:holder">
        <xsl:if test="position() > 1">, </xsl:if>
        <xsl:value-of select="normalize-space()"/>
      </xsl:for-each>
    </media:copyright>
    <xsl:for-each select="r:licence[normalize-space()]">
      <media:license type="text/html" href="{normalize-space()}"><xsl:value-of select="normalize-space()"/></media:license>
    </xsl:for-each>
    <!-- Media RSS knows no periods: a restriction is given only where all windows agree on one. -->
    <xsl:if test="count(r:window) = 1">
      <xsl:for-each select="r:window/r:territories">
        <media:restriction relationship="allow" type="country"><xsl:value-of select="translate(normalize-space(), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"/></media:restriction>
      </xsl:for-each>
      <xsl:for-each select="r:window/r:worldwideExcept">
        <media:restriction relationship="deny" type="country"><xsl:value-of select="translate(normalize-space(), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"/></media:restriction>
      </xsl:for-each>
    </xsl:if>
  </xsl:template>

  <xsl:template match="m:image">
    <media:thumbnail width="{normalize-space(m:width)}" height="{normalize-space(m:height)}">
      <xsl:attribute name="url"><xsl:call-template name="address"/></xsl:attribute>
    </media:thumbnail>
  </xsl:template>

  <xsl:template match="m:subtitles">
    <media:subTitle>
      <xsl:if test="normalize-space(@xml:lang | @lang)">
        <xsl:attribute name="lang"><xsl:value-of select="normalize-space(@xml:lang | @lang)"/></xsl:attribute>
      </xsl:if>
      <xsl:attribute name="type"><xsl:call-template name="media-type"/></xsl:attribute>
      <xsl:attribute name="href"><xsl:call-template name="address"/></xsl:attribute>
    </media:subTitle>
  </xsl:template>

  <xsl:template match="p:chapter">
    <media:scene>
      <sceneTitle><xsl:value-of select="normalize-space(p:heading[1])"/></sceneTitle>
      <sceneStartTime><xsl:value-of select="substring(normalize-space(@start), 1, 8)"/></sceneStartTime>
      <xsl:for-each select="following-sibling::p:chapter[1]">
        <sceneEndTime><xsl:value-of select="substring(normalize-space(@start), 1, 8)"/></sceneEndTime>
      </xsl:for-each>
    </media:scene>
  </xsl:template>

  <xsl:template match="m:video | m:audio">
    <xsl:variable name="bits"><xsl:call-template name="bits"/></xsl:variable>
    <xsl:variable name="seconds">
      <xsl:call-template name="seconds"><xsl:with-param name="of" select="m:duration"/></xsl:call-template>
    </xsl:variable>
    <media:content medium="{local-name()}" isDefault="{string(generate-id() = generate-id($main-file))}">
      <xsl:attribute name="url"><xsl:call-template name="address"/></xsl:attribute>
      <xsl:attribute name="type"><xsl:call-template name="media-type"/></xsl:attribute>
      <xsl:attribute name="expression">
        <xsl:choose>
          <xsl:when test="$item[self::p:clip]">sample</xsl:when>
          <xsl:otherwise>full</xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <xsl:if test="number(m:size) > 0">
        <xsl:attribute name="fileSize"><xsl:value-of select="normalize-space(m:size)"/></xsl:attribute>
      </xsl:if>
      <xsl:if test="$bits != ''">
        <xsl:attribute name="bitrate"><xsl:value-of select="format-number($bits div 1000, '0')"/></xsl:attribute>
      </xsl:if>
      <xsl:if test="$seconds != ''">
        <xsl:attribute name="duration"><xsl:value-of select="$seconds"/></xsl:attribute>
      </xsl:if>
      <xsl:for-each select="m:frameRate">
        <xsl:attribute name="framerate"><xsl:value-of select="normalize-space()"/></xsl:attribute>
      </xsl:for-each>
      <xsl:for-each select="m:width | m:height">
        <xsl:attribute name="{local-name()}"><xsl:value-of select="normalize-space()"/></xsl:attribute>
      </xsl:for-each>
      <xsl:for-each select="m:audioTrack[1]">
        <xsl:attribute name="channels"><xsl:value-of select="normalize-space(m:channels)"/></xsl:attribute>
        <xsl:if test="m:sampleRate">
          <xsl:attribute name="samplingrate"><xsl:value-of select="m:sampleRate div 1000"/></xsl:attribute>
        </xsl:if>
        <xsl:if test="@language">
          <xsl:attribute name="lang"><xsl:value-of select="normalize-space(@language)"/></xsl:attribute>
        </xsl:if>
      </xsl:for-each>
      <xsl:for-each select="m:md5 | m:checksum">
        <media:hash algo="md5"><xsl:value-of select="translate(normalize-space(), 'ABCDEF', 'abcdef')"/></media:hash>
      </xsl:for-each>
      <xsl:for-each select="m:sha1">
        <media:hash algo="sha-1"><xsl:value-of select="translate(normalize-space(), 'ABCDEF', 'abcdef')"/></media:hash>
      </xsl:for-each>
    </media:content>
  </xsl:template>
</xsl:stylesheet>
