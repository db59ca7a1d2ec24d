<?xml version="1.0" encoding="UTF-8"?>
<!-- schema.org JSON-LD: VideoObject (with TVEpisode, Movie or Clip where it is one) for what plays, TVSeries for a series.

     Every value goes through "string", so that whatever stands in the document gives valid JSON. "<" is escaped as well: the result may
     be put into an HTML script element as it is. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights"
                xmlns:exsl="http://exslt.org/common" xmlns:str="http://exslt.org/strings" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                exclude-result-prefixes="p m r exsl str xsi">
  <xsl:import href="common.xsl"/>
  <xsl:output method="text" encoding="UTF-8"/>

  <!-- A JSON string. XML lets only tab, line feed and carriage return of the control characters below U+0020 through. -->
  <xsl:template name="string">
    <xsl:param name="of" select="normalize-space()"/>
    <xsl:variable name="slashes" select="str:replace(string($of), '\', '\\')"/>
    <xsl:variable name="quotes" select="str:replace($slashes, '&quot;', '\&quot;')"/>
    <xsl:variable name="tabs" select="str:replace($quotes, '&#9;', '\t')"/>
    <xsl:variable name="feeds" select="str:replace($tabs, '&#10;', '\n')"/>
    <xsl:variable name="returns" select="str:replace($feeds, '&#13;', '\r')"/>
    <xsl:value-of select="concat('&quot;', str:replace($returns, '&lt;', '\u003c'), '&quot;')"/>
  </xsl:template>

  <!-- A JSON number where the value is a whole number, else a string. -->
  <xsl:template name="integer">
    <xsl:param name="of" select="normalize-space()"/>
    <xsl:choose>
      <xsl:when test="string($of) != '' and translate($of, '0123456789', '') = '' and string-length($of) &lt; 16"><xsl:value-of select="format-number($of, '0')"/></xsl:when>
      <xsl:otherwise><xsl:call-template name="string"><xsl:with-param name="of" select="string($of)"/></xsl:call-template></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- , "name": "value" — left out where there is no value. -->
  <xsl:template name="member">
    <xsl:param name="name"/>
    <xsl:param name="value"/>
    <xsl:if test="string($value) != ''">
      <xsl:value-of select="concat(',&#10;  &quot;', $name, '&quot;: ')"/>
      <xsl:call-template name="string"><xsl:with-param name="of" select="string($value)"/></xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- , "name": [ … ] — the nodes in mode "json", left out where there are none. -->
  <xsl:template name="list">
    <xsl:param name="name"/>
    <xsl:param name="of"/>
    <xsl:if test="$of">
      <xsl:value-of select="concat(',&#10;  &quot;', $name, '&quot;: [')"/>
      <xsl:for-each select="$of">
        <xsl:if test="position() > 1">, </xsl:if>
        <xsl:apply-templates select="." mode="json"/>
      </xsl:for-each>
      <xsl:text>]</xsl:text>
    </xsl:if>
  </xsl:template>

  <xsl:template match="/">
    <xsl:text>{&#10;  "@context": "https://schema.org",&#10;  "@type": </xsl:text>
    <xsl:choose>
      <xsl:when test="$item[self::p:series]">"TVSeries"</xsl:when>
      <xsl:when test="$item[self::p:episode]">["VideoObject", "TVEpisode"]</xsl:when>
      <xsl:when test="$item[self::p:clip]">["VideoObject", "Clip"]</xsl:when>
      <xsl:when test="contains(normalize-space($item/@kind), 'film')">["VideoObject", "Movie"]</xsl:when>
      <xsl:otherwise>"VideoObject"</xsl:otherwise>
    </xsl:choose>
    <xsl:call-template name="description"/>
    <xsl:call-template name="credits"/>
    <xsl:if test="not($item[self::p:series])">
      <xsl:call-template name="video"/>
    </xsl:if>
    <xsl:call-template name="context"/>
    <xsl:text>&#10;}&#10;</xsl:text>
  </xsl:template>

  <xsl:template name="description">
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'@id'"/>
      <xsl:with-param name="value" select="$page"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'url'"/>
      <xsl:with-param name="value" select="$page"/>
    </xsl:call-template>
    <xsl:text>,&#10;  "name": </xsl:text>
    <xsl:call-template name="string"><xsl:with-param name="of" select="normalize-space($title)"/></xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'alternateName'"/>
      <xsl:with-param name="of" select="$shown-titles[generate-id() != generate-id($title)]"/>
    </xsl:call-template>
    <!-- Search engines ask for a description: the title stands in where there is no text. -->
    <xsl:text>,&#10;  "description": </xsl:text>
    <xsl:choose>
      <xsl:when test="$summary != ''">
        <xsl:call-template name="string"><xsl:with-param name="of" select="string($summary)"/></xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="string"><xsl:with-param name="of" select="normalize-space($title)"/></xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:text>,&#10;  "identifier": [</xsl:text>
    <xsl:apply-templates select="$item/@id" mode="json"/>
    <xsl:for-each select="$item/p:identifier">
      <xsl:text>, </xsl:text>
      <xsl:apply-templates select="." mode="json"/>
    </xsl:for-each>
    <xsl:text>]</xsl:text>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'genre'"/>
      <xsl:with-param name="of" select="$item/p:genre"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'keywords'"/>
      <xsl:with-param name="of" select="$item/p:keyword"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'inLanguage'"/>
      <xsl:with-param name="of" select="$item/p:language"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'countryOfOrigin'"/>
      <xsl:with-param name="of" select="str:tokenize(string($item/p:countries))"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'contentRating'"/>
      <xsl:with-param name="of" select="$item/p:ageRating"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'dateCreated'"/>
      <xsl:with-param name="value" select="normalize-space($item/p:produced)"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'dateModified'"/>
      <xsl:with-param name="value" select="normalize-space($item/@modified)"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'license'"/>
      <xsl:with-param name="value" select="normalize-space($item/p:rights/r:licence)"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'copyrightHolder'"/>
      <xsl:with-param name="of" select="$item/p:rights/r:holder"/>
    </xsl:call-template>
    <xsl:if test="$images">
      <xsl:text>,&#10;  "thumbnailUrl": </xsl:text>
      <xsl:call-template name="url"><xsl:with-param name="of" select="$thumbnail"/></xsl:call-template>
    </xsl:if>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'image'"/>
      <xsl:with-param name="of" select="$images"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="url">
    <xsl:param name="of" select="."/>
    <xsl:variable name="address">
      <xsl:call-template name="address"><xsl:with-param name="of" select="$of"/></xsl:call-template>
    </xsl:variable>
    <xsl:call-template name="string"><xsl:with-param name="of" select="string($address)"/></xsl:call-template>
  </xsl:template>

  <xsl:template name="credits">
    <xsl:variable name="groups">
      <group property="actor" roles=" actor voice performer "/>
      <group property="director" roles=" director "/>
      <group property="author" roles=" writer "/>
      <group property="creator" roles=" creator "/>
      <group property="producer" roles=" producer executive-producer "/>
      <group property="musicBy" roles=" composer "/>
      <group property="editor" roles=" editor "/>
      <group property="translator" roles=" translator "/>
      <group property="productionCompany" roles=" production-company "/>
      <group property="publisher" roles=" commissioner "/>
      <group property="provider" roles=" distributor "/>
    </xsl:variable>
    <xsl:for-each select="exsl:node-set($groups)/group">
      <xsl:variable name="roles" select="@roles"/>
      <xsl:call-template name="list">
        <xsl:with-param name="name" select="@property"/>
        <xsl:with-param name="of" select="$credits[contains($roles, concat(' ', normalize-space(@role), ' '))]"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:variable name="all">
      <xsl:for-each select="exsl:node-set($groups)/group"><xsl:value-of select="@roles"/></xsl:for-each>
    </xsl:variable>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'contributor'"/>
      <xsl:with-param name="of" select="$credits[not(contains($all, concat(' ', normalize-space(@role), ' ')))]"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="video">
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'duration'"/>
      <xsl:with-param name="value" select="normalize-space($item/p:duration)"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'uploadDate'"/>
      <xsl:with-param name="value" select="concat($first-start, substring(normalize-space($item/@created), 1, string-length($item/@created) * not($first-start)))"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'expires'"/>
      <xsl:with-param name="value" select="normalize-space($on-demand[last()]/p:end)"/>
    </xsl:call-template>
    <xsl:for-each select="$main-file">
      <xsl:text>,&#10;  "contentUrl": </xsl:text>
      <xsl:call-template name="url"/>
      <xsl:call-template name="technical"/>
    </xsl:for-each>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'encoding'"/>
      <xsl:with-param name="of" select="$playable"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'caption'"/>
      <xsl:with-param name="of" select="$files[self::m:subtitles]"/>
    </xsl:call-template>
    <!-- schema.org's own words for those that it knows. -->
    <xsl:variable name="features">
      <xsl:for-each select="str:tokenize(string($item/p:accessServices))">
        <feature>
          <xsl:choose>
            <xsl:when test=". = 'audio-description'">audioDescription</xsl:when>
            <xsl:when test=". = 'sign-language'">signLanguage</xsl:when>
            <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
          </xsl:choose>
        </feature>
      </xsl:for-each>
    </xsl:variable>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'accessibilityFeature'"/>
      <xsl:with-param name="of" select="exsl:node-set($features)/*"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'hasPart'"/>
      <xsl:with-param name="of" select="$item/p:chapter"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'publication'"/>
      <xsl:with-param name="of" select="$events"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'offers'"/>
      <xsl:with-param name="of" select="$on-demand/p:price"/>
    </xsl:call-template>
    <xsl:if test="count($item/p:rights/r:window) = 1">
      <xsl:call-template name="list">
        <xsl:with-param name="name" select="'regionsAllowed'"/>
        <xsl:with-param name="of" select="str:tokenize(string($item/p:rights/r:window/r:territories))"/>
      </xsl:call-template>
      <xsl:call-template name="list">
        <xsl:with-param name="name" select="'ineligibleRegion'"/>
        <xsl:with-param name="of" select="str:tokenize(string($item/p:rights/r:window/r:worldwideExcept))"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- The members that a VideoObject and its encodings have in common; the current node is the file. -->
  <xsl:template name="technical">
    <xsl:variable name="type"><xsl:call-template name="media-type"/></xsl:variable>
    <xsl:variable name="bits"><xsl:call-template name="bits"/></xsl:variable>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'encodingFormat'"/>
      <xsl:with-param name="value" select="$type"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'contentSize'"/>
      <xsl:with-param name="value" select="normalize-space(m:size[number() > 0])"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'bitrate'"/>
      <xsl:with-param name="value" select="$bits"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'width'"/>
      <xsl:with-param name="value" select="normalize-space(m:width)"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'height'"/>
      <xsl:with-param name="value" select="normalize-space(m:height)"/>
    </xsl:call-template>
  </xsl:template>

  <!-- What the item belongs to. -->
  <xsl:template name="context">
    <xsl:if test="$item/p:series or $item/p:seriesTitle">
      <xsl:text>,&#10;  "partOfSeries": {"@type": "TVSeries"</xsl:text>
      <xsl:call-template name="member">
        <xsl:with-param name="name" select="'name'"/>
        <xsl:with-param name="value" select="normalize-space($item/p:seriesTitle[1])"/>
      </xsl:call-template>
      <xsl:call-template name="member">
        <xsl:with-param name="name" select="'identifier'"/>
        <xsl:with-param name="value" select="normalize-space($item/p:series)"/>
      </xsl:call-template>
      <xsl:text>}</xsl:text>
    </xsl:if>
    <xsl:if test="$item[self::p:episode]">
      <xsl:for-each select="$item/p:season">
        <xsl:text>,&#10;  "partOfSeason": {"@type": "TVSeason", "seasonNumber": </xsl:text>
        <xsl:call-template name="integer"/>
        <xsl:text>}</xsl:text>
      </xsl:for-each>
      <xsl:call-template name="member">
        <xsl:with-param name="name" select="'episodeNumber'"/>
        <xsl:with-param name="value" select="normalize-space($item/p:number | $item/p:edition)"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:if test="$item[self::p:series]">
      <xsl:call-template name="list">
        <xsl:with-param name="name" select="'containsSeason'"/>
        <xsl:with-param name="of" select="$item/p:season"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:for-each select="$item/p:excerpt">
      <xsl:text>,&#10;  "isPartOf": {"@type": "CreativeWork", "identifier": </xsl:text>
      <xsl:call-template name="string"><xsl:with-param name="of" select="normalize-space(@item)"/></xsl:call-template>
      <xsl:text>}, "startOffset": </xsl:text>
      <xsl:variable name="in"><xsl:call-template name="timecode-seconds"><xsl:with-param name="of" select="normalize-space(@in)"/></xsl:call-template></xsl:variable>
      <xsl:variable name="out"><xsl:call-template name="timecode-seconds"><xsl:with-param name="of" select="normalize-space(@out)"/></xsl:call-template></xsl:variable>
      <xsl:call-template name="integer"><xsl:with-param name="of" select="string($in)"/></xsl:call-template>
      <xsl:text>, "endOffset": </xsl:text>
      <xsl:call-template name="integer"><xsl:with-param name="of" select="string($out)"/></xsl:call-template>
    </xsl:for-each>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'about'"/>
      <xsl:with-param name="of" select="$item/p:about"/>
    </xsl:call-template>
  </xsl:template>

  <!-- One value of a list. A plain text unless said otherwise. -->
  <xsl:template match="@* | *" mode="json">
    <xsl:call-template name="string"/>
  </xsl:template>

  <xsl:template match="p:genre" mode="json">
    <xsl:variable name="words"><xsl:call-template name="genre"/></xsl:variable>
    <xsl:call-template name="string"><xsl:with-param name="of" select="string($words)"/></xsl:call-template>
  </xsl:template>

  <xsl:template match="p:identifier" mode="json">
    <xsl:text>{"@type": "PropertyValue", "propertyID": </xsl:text>
    <xsl:call-template name="string"><xsl:with-param name="of" select="normalize-space(@scheme)"/></xsl:call-template>
    <xsl:text>, "value": </xsl:text>
    <xsl:call-template name="string"/>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="p:ageRating" mode="json">
    <xsl:text>{"@type": "Rating", "author": </xsl:text>
    <xsl:variable name="system"><xsl:call-template name="label"><xsl:with-param name="code" select="@system"/></xsl:call-template></xsl:variable>
    <xsl:text>{"@type": "Organization", "name": </xsl:text>
    <xsl:call-template name="string"><xsl:with-param name="of" select="string($system)"/></xsl:call-template>
    <xsl:text>}, "ratingValue": </xsl:text>
    <xsl:call-template name="string"/>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="r:holder" mode="json">
    <xsl:text>{"@type": "Organization", "name": </xsl:text>
    <xsl:call-template name="string"/>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="m:image" mode="json">
    <xsl:text>{"@type": "ImageObject", "url": </xsl:text>
    <xsl:call-template name="url"/>
    <xsl:call-template name="technical"/>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'caption'"/>
      <xsl:with-param name="value" select="normalize-space(m:alt)"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'creditText'"/>
      <xsl:with-param name="value" select="normalize-space(m:photographer)"/>
    </xsl:call-template>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="p:credit | p:contribution" mode="json">
    <xsl:variable name="role" select="normalize-space(@role)"/>
    <xsl:choose>
      <xsl:when test="p:character and ($role = 'actor' or $role = 'voice' or $role = 'performer')">
        <xsl:text>{"@type": "PerformanceRole", "actor": </xsl:text>
        <xsl:call-template name="agent"/>
        <xsl:call-template name="member">
          <xsl:with-param name="name" select="'characterName'"/>
          <xsl:with-param name="value" select="normalize-space(p:character)"/>
        </xsl:call-template>
        <xsl:text>}</xsl:text>
      </xsl:when>
      <xsl:otherwise><xsl:call-template name="agent"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="agent">
    <xsl:variable name="agent" select="key('agent', normalize-space(@who | @person))[1]"/>
    <xsl:variable name="name"><xsl:call-template name="agent-name"/></xsl:variable>
    <xsl:text>{"@type": </xsl:text>
    <xsl:choose>
      <xsl:when test="$agent[self::p:organisation]">"Organization"</xsl:when>
      <xsl:otherwise>"Person"</xsl:otherwise>
    </xsl:choose>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'name'"/>
      <xsl:with-param name="value" select="$name"/>
    </xsl:call-template>
    <xsl:call-template name="list">
      <xsl:with-param name="name" select="'sameAs'"/>
      <xsl:with-param name="of" select="$agent/p:sameAs[normalize-space()]"/>
    </xsl:call-template>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="m:video | m:audio | m:subtitles" mode="json">
    <xsl:text>{"@type": </xsl:text>
    <xsl:choose>
      <xsl:when test="self::m:video">"VideoObject"</xsl:when>
      <xsl:when test="self::m:audio">"AudioObject"</xsl:when>
      <xsl:otherwise>"MediaObject"</xsl:otherwise>
    </xsl:choose>
    <xsl:text>, "contentUrl": </xsl:text>
    <xsl:call-template name="url"/>
    <xsl:call-template name="technical"/>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'duration'"/>
      <xsl:with-param name="value" select="normalize-space(m:duration)"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'inLanguage'"/>
      <xsl:with-param name="value" select="normalize-space((@xml:lang | @lang | m:audioTrack[@language][1]/@language)[1])"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'sha256'"/>
      <xsl:with-param name="value" select="translate(normalize-space(m:sha256), 'ABCDEF', 'abcdef')"/>
    </xsl:call-template>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="p:chapter" mode="json">
    <xsl:variable name="seconds"><xsl:call-template name="timecode-seconds"/></xsl:variable>
    <xsl:text>{"@type": "Clip", "name": </xsl:text>
    <xsl:call-template name="string"><xsl:with-param name="of" select="normalize-space(p:heading[1])"/></xsl:call-template>
    <xsl:text>, "startOffset": </xsl:text>
    <xsl:call-template name="integer"><xsl:with-param name="of" select="string($seconds)"/></xsl:call-template>
    <xsl:if test="$page != ''">
      <xsl:call-template name="member">
        <xsl:with-param name="name" select="'url'"/>
        <xsl:with-param name="value" select="concat($page, '#t=', $seconds)"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="p:event" mode="json">
    <xsl:text>{"@type": </xsl:text>
    <xsl:choose>
      <xsl:when test="p:platform">"OnDemandEvent"</xsl:when>
      <xsl:otherwise>"BroadcastEvent"</xsl:otherwise>
    </xsl:choose>
    <xsl:text>, "startDate": </xsl:text>
    <xsl:call-template name="string"><xsl:with-param name="of" select="normalize-space(p:start)"/></xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'endDate'"/>
      <xsl:with-param name="value" select="normalize-space(p:end)"/>
    </xsl:call-template>
    <xsl:if test="p:channel or p:platform">
      <xsl:text>, "publishedOn": {"@type": "BroadcastService", "name": </xsl:text>
      <xsl:call-template name="string"><xsl:with-param name="of" select="normalize-space(p:channel | p:platform)"/></xsl:call-template>
      <xsl:text>}</xsl:text>
    </xsl:if>
    <xsl:if test="normalize-space(@live) = 'true' or normalize-space(@live) = '1'">
      <xsl:text>, "isLiveBroadcast": true</xsl:text>
    </xsl:if>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'url'"/>
      <xsl:with-param name="value" select="normalize-space(p:page | p:stream)"/>
    </xsl:call-template>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="p:price" mode="json">
    <xsl:text>{"@type": "Offer", "price": </xsl:text>
    <xsl:call-template name="string"/>
    <xsl:text>, "priceCurrency": </xsl:text>
    <xsl:choose>
      <xsl:when test="@currency">
        <xsl:call-template name="string"><xsl:with-param name="of" select="normalize-space(@currency)"/></xsl:call-template>
      </xsl:when>
      <xsl:otherwise>"EUR"</xsl:otherwise>
    </xsl:choose>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="p:season" mode="json">
    <xsl:text>{"@type": "TVSeason", "seasonNumber": </xsl:text>
    <xsl:call-template name="integer"><xsl:with-param name="of" select="normalize-space(@number)"/></xsl:call-template>
    <xsl:text>, "numberOfEpisodes": </xsl:text>
    <xsl:call-template name="integer"><xsl:with-param name="of" select="normalize-space(p:episodes)"/></xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'name'"/>
      <xsl:with-param name="value" select="normalize-space(p:name)"/>
    </xsl:call-template>
    <xsl:call-template name="member">
      <xsl:with-param name="name" select="'startDate'"/>
      <xsl:with-param name="value" select="normalize-space(p:year)"/>
    </xsl:call-template>
    <xsl:text>}</xsl:text>
  </xsl:template>

  <xsl:template match="p:about" mode="json">
    <xsl:text>{"@type": "CreativeWork", "identifier": </xsl:text>
    <xsl:call-template name="string"/>
    <xsl:text>}</xsl:text>
  </xsl:template>
</xsl:stylesheet>
