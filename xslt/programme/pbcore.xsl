<?xml version="1.0" encoding="UTF-8"?>
<!-- PBCore 2.1: a description document with one instantiation for each public file.

     pbcoreIdentifier     the house id with "house" as source; the others with their scheme
     pbcoreTitle          by kind; of an episode the series' title as Series and its own as Episode; chapters as Segment with their times
     pbcoreDescription    PBCore insists on one: the title stands in where there is no text
     pbcoreGenre, pbcoreSubject      genres and keywords
     pbcoreCreator        directors, writers and creators; commissioners and distributors are publishers; all others contributors, with
                          their part
     pbcoreRightsSummary  holders, licence and windows in words
     instantiation        identified by the file's key, located at its public address; languages as ISO 639-3; those that
                          have no such code are left out
     pbcoreRelation       the series, the item that a clip is cut out of or is about, related items
     Left out: broadcasts and publications on demand but for their dates, prices, birth dates, extensions. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights"
                xmlns="http://www.pbcore.org/PBCore/PBCoreNamespace.html" exclude-result-prefixes="p m r">
  <xsl:import href="common.xsl"/>
  <xsl:import href="codes.xsl"/>
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>

  <xsl:variable name="creating" select="' director writer creator '"/>
  <xsl:variable name="publishing" select="' commissioner distributor '"/>

  <xsl:template match="/">
    <pbcoreDescriptionDocument>
      <pbcoreAssetType><xsl:call-template name="label"><xsl:with-param name="code" select="local-name($item)"/></xsl:call-template></pbcoreAssetType>
      <xsl:call-template name="dates"/>
      <xsl:call-template name="identifiers"/>
      <xsl:call-template name="titles"/>
      <xsl:for-each select="$item/p:keyword">
        <pbcoreSubject><xsl:value-of select="normalize-space()"/></pbcoreSubject>
      </xsl:for-each>
      <xsl:call-template name="descriptions"/>
      <xsl:for-each select="$item/p:genre">
        <pbcoreGenre source="urn:xmlsvc:programme:genre"><xsl:call-template name="genre"/></pbcoreGenre>
      </xsl:for-each>
      <xsl:call-template name="relations"/>
      <xsl:for-each select="$item/p:ageRating">
        <pbcoreAudienceRating>
          <xsl:attribute name="source"><xsl:call-template name="label"><xsl:with-param name="code" select="@system"/></xsl:call-template></xsl:attribute>
          <xsl:value-of select="normalize-space()"/>
        </pbcoreAudienceRating>
      </xsl:for-each>
      <xsl:call-template name="people"/>
      <xsl:apply-templates select="$item/p:rights"/>
      <xsl:apply-templates select="$files"/>
      <xsl:if test="$item/@kind">
        <pbcoreAnnotation annotationType="Kind"><xsl:call-template name="label"><xsl:with-param name="code" select="$item/@kind"/></xsl:call-template></pbcoreAnnotation>
      </xsl:if>
      <xsl:for-each select="$item/p:language">
        <pbcoreAnnotation>
          <xsl:attribute name="annotationType">
            <xsl:variable name="use" select="concat(normalize-space(@use), substring('original', 1, 8 * not(@use)))"/>
            <xsl:call-template name="capitalised"><xsl:with-param name="of" select="$use"/></xsl:call-template>
            <xsl:text> language</xsl:text>
          </xsl:attribute>
          <xsl:value-of select="normalize-space()"/>
        </pbcoreAnnotation>
      </xsl:for-each>
    </pbcoreDescriptionDocument>
  </xsl:template>

  <xsl:template name="dates">
    <xsl:for-each select="$item/p:produced">
      <pbcoreAssetDate dateType="produced"><xsl:value-of select="normalize-space()"/></pbcoreAssetDate>
    </xsl:for-each>
    <xsl:for-each select="$broadcasts/p:start">
      <pbcoreAssetDate dateType="broadcast"><xsl:call-template name="moment"/></pbcoreAssetDate>
    </xsl:for-each>
    <xsl:for-each select="$events[p:platform]">
      <pbcoreAssetDate dateType="availableStart"><xsl:call-template name="moment"><xsl:with-param name="of" select="p:start"/></xsl:call-template></pbcoreAssetDate>
      <xsl:for-each select="p:end">
        <pbcoreAssetDate dateType="availableEnd"><xsl:call-template name="moment"/></pbcoreAssetDate>
      </xsl:for-each>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="identifiers">
    <pbcoreIdentifier source="house"><xsl:value-of select="normalize-space($item/@id)"/></pbcoreIdentifier>
    <xsl:for-each select="$item/p:identifier">
      <pbcoreIdentifier>
        <xsl:attribute name="source"><xsl:call-template name="label"><xsl:with-param name="code" select="@scheme"/></xsl:call-template></xsl:attribute>
        <xsl:value-of select="normalize-space()"/>
      </pbcoreIdentifier>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="titles">
    <xsl:for-each select="$item/p:seriesTitle">
      <pbcoreTitle titleType="Series"><xsl:value-of select="normalize-space()"/></pbcoreTitle>
    </xsl:for-each>
    <xsl:for-each select="$shown-titles">
      <pbcoreTitle>
        <xsl:attribute name="titleType">
          <xsl:choose>
            <xsl:when test="@kind and normalize-space(@kind) != 'main'">
              <xsl:call-template name="label"><xsl:with-param name="code" select="@kind"/></xsl:call-template>
            </xsl:when>
            <xsl:otherwise><xsl:call-template name="label"><xsl:with-param name="code" select="local-name($item)"/></xsl:call-template></xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
        <xsl:value-of select="normalize-space()"/>
      </pbcoreTitle>
    </xsl:for-each>
    <xsl:for-each select="$item/p:chapter">
      <pbcoreTitle titleType="Segment" startTime="{normalize-space(@start)}"><xsl:value-of select="normalize-space(p:heading[1])"/></pbcoreTitle>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="descriptions">
    <xsl:for-each select="$texts">
      <xsl:variable name="words"><xsl:call-template name="plain"/></xsl:variable>
      <xsl:if test="$words != ''">
        <pbcoreDescription>
          <xsl:attribute name="descriptionType">
            <xsl:call-template name="capitalised">
              <xsl:with-param name="of" select="concat(normalize-space(@length), substring('medium', 1, 6 * not(@length)))"/>
            </xsl:call-template>
          </xsl:attribute>
          <xsl:value-of select="$words"/>
        </pbcoreDescription>
      </xsl:if>
    </xsl:for-each>
    <xsl:variable name="any"><xsl:apply-templates select="$texts/node()" mode="plain"/></xsl:variable>
    <xsl:if test="not(normalize-space($any))">
      <pbcoreDescription><xsl:value-of select="normalize-space($title)"/></pbcoreDescription>
    </xsl:if>
  </xsl:template>

  <xsl:template name="relation">
    <xsl:param name="type"/>
    <xsl:param name="id"/>
    <pbcoreRelation>
      <pbcoreRelationType><xsl:value-of select="$type"/></pbcoreRelationType>
      <pbcoreRelationIdentifier><xsl:value-of select="normalize-space($id)"/></pbcoreRelationIdentifier>
    </pbcoreRelation>
  </xsl:template>

  <xsl:template name="relations">
    <xsl:for-each select="$item/p:series">
      <xsl:call-template name="relation"><xsl:with-param name="type" select="'Is Part Of'"/><xsl:with-param name="id" select="."/></xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="$item/p:excerpt">
      <xsl:call-template name="relation"><xsl:with-param name="type" select="'Is Part Of'"/><xsl:with-param name="id" select="@item"/></xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="$item/p:about">
      <xsl:call-template name="relation"><xsl:with-param name="type" select="'References'"/><xsl:with-param name="id" select="."/></xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="$item/p:related">
      <xsl:variable name="type"><xsl:call-template name="label"><xsl:with-param name="code" select="@relation"/></xsl:call-template></xsl:variable>
      <xsl:call-template name="relation"><xsl:with-param name="type" select="$type"/><xsl:with-param name="id" select="@item"/></xsl:call-template>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="role">
    <xsl:call-template name="label"><xsl:with-param name="code" select="@role"/></xsl:call-template>
  </xsl:template>

  <xsl:template name="people">
    <xsl:for-each select="$credits[contains($creating, concat(' ', normalize-space(@role), ' '))]">
      <pbcoreCreator>
        <creator><xsl:call-template name="agent-name"/></creator>
        <creatorRole><xsl:call-template name="role"/></creatorRole>
      </pbcoreCreator>
    </xsl:for-each>
    <xsl:for-each select="$credits[not(contains(concat($creating, $publishing), concat(' ', normalize-space(@role), ' ')))]">
      <pbcoreContributor>
        <contributor><xsl:call-template name="agent-name"/></contributor>
        <contributorRole>
          <xsl:if test="p:character">
            <xsl:attribute name="portrayal"><xsl:value-of select="normalize-space(p:character[1])"/></xsl:attribute>
          </xsl:if>
          <xsl:call-template name="role"/>
        </contributorRole>
      </pbcoreContributor>
    </xsl:for-each>
    <xsl:for-each select="$credits[contains($publishing, concat(' ', normalize-space(@role), ' '))]">
      <pbcorePublisher>
        <publisher><xsl:call-template name="agent-name"/></publisher>
        <publisherRole><xsl:call-template name="role"/></publisherRole>
      </pbcorePublisher>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="p:rights">
    <xsl:for-each select="r:holder">
      <pbcoreRightsSummary>
        <rightsSummary annotation="Rights holder"><xsl:value-of select="normalize-space()"/></rightsSummary>
      </pbcoreRightsSummary>
    </xsl:for-each>
    <xsl:for-each select="r:licence[normalize-space()]">
      <pbcoreRightsSummary>
        <rightsLink><xsl:value-of select="normalize-space()"/></rightsLink>
      </pbcoreRightsSummary>
    </xsl:for-each>
    <xsl:for-each select="r:window">
      <pbcoreRightsSummary>
        <xsl:attribute name="startTime"><xsl:call-template name="moment"><xsl:with-param name="of" select="r:start"/></xsl:call-template></xsl:attribute>
        <xsl:if test="normalize-space(r:end)">
          <xsl:attribute name="endTime"><xsl:call-template name="moment"><xsl:with-param name="of" select="r:end"/></xsl:call-template></xsl:attribute>
        </xsl:if>
        <rightsSummary annotation="Window">
          <xsl:for-each select="r:use">
            <xsl:if test="position() > 1">, </xsl:if>
            <xsl:call-template name="label"/>
          </xsl:for-each>
          <xsl:text>; </xsl:text>
          <xsl:choose>
            <xsl:when test="r:territories"><xsl:value-of select="normalize-space(r:territories)"/></xsl:when>
            <xsl:when test="r:worldwideExcept"><xsl:value-of select="concat('worldwide except ', normalize-space(r:worldwideExcept))"/></xsl:when>
            <xsl:otherwise>worldwide</xsl:otherwise>
          </xsl:choose>
        </rightsSummary>
      </pbcoreRightsSummary>
    </xsl:for-each>
  </xsl:template>

  <!-- Only public files come here. -->
  <xsl:template match="m:video | m:audio | m:subtitles | m:image">
    <pbcoreInstantiation>
      <instantiationIdentifier source="file key"><xsl:value-of select="normalize-space(@key)"/></instantiationIdentifier>
      <xsl:for-each select="self::m:image">
        <instantiationDimensions unitsOfMeasure="pixels">
          <xsl:value-of select="concat(normalize-space(m:width), 'x', normalize-space(m:height))"/>
        </instantiationDimensions>
      </xsl:for-each>
      <instantiationDigital><xsl:call-template name="media-type"/></instantiationDigital>
      <instantiationLocation><xsl:call-template name="address"/></instantiationLocation>
      <instantiationMediaType>
        <xsl:choose>
          <xsl:when test="self::m:video">Moving Image</xsl:when>
          <xsl:when test="self::m:audio">Sound</xsl:when>
          <xsl:when test="self::m:image">Static Image</xsl:when>
          <xsl:otherwise>Text</xsl:otherwise>
        </xsl:choose>
      </instantiationMediaType>
      <xsl:for-each select="m:size[number() > 0]">
        <instantiationFileSize unitsOfMeasure="bytes"><xsl:call-template name="digits"/></instantiationFileSize>
      </xsl:for-each>
      <xsl:for-each select="m:startTimecode">
        <instantiationTimeStart><xsl:value-of select="normalize-space()"/></instantiationTimeStart>
      </xsl:for-each>
      <xsl:for-each select="m:duration">
        <instantiationDuration><xsl:value-of select="normalize-space()"/></instantiationDuration>
      </xsl:for-each>
      <xsl:variable name="bits"><xsl:call-template name="bits"/></xsl:variable>
      <xsl:if test="$bits != ''">
        <instantiationDataRate unitsOfMeasure="bits/second"><xsl:value-of select="$bits"/></instantiationDataRate>
      </xsl:if>
      <xsl:for-each select="m:audioTrack[not(@language = preceding-sibling::m:audioTrack/@language)]/@language | self::m:subtitles/@xml:lang | self::m:subtitles/@lang">
        <xsl:variable name="code"><xsl:call-template name="three-letters"/></xsl:variable>
        <xsl:if test="$code != ''">
          <instantiationLanguage><xsl:value-of select="$code"/></instantiationLanguage>
        </xsl:if>
      </xsl:for-each>
      <xsl:apply-templates select="self::m:video" mode="track"/>
      <xsl:apply-templates select="m:audioTrack" mode="track"/>
      <xsl:for-each select="m:alt | m:photographer">
        <instantiationAnnotation>
          <xsl:attribute name="annotationType">
            <xsl:choose>
              <xsl:when test="self::m:alt">Alternative text</xsl:when>
              <xsl:otherwise>Photographer</xsl:otherwise>
            </xsl:choose>
          </xsl:attribute>
          <xsl:value-of select="normalize-space()"/>
        </instantiationAnnotation>
      </xsl:for-each>
    </pbcoreInstantiation>
  </xsl:template>

  <xsl:template match="m:video" mode="track">
    <instantiationEssenceTrack>
      <essenceTrackType>Video</essenceTrackType>
      <essenceTrackEncoding><xsl:call-template name="label"><xsl:with-param name="code" select="m:videoCodec"/></xsl:call-template></essenceTrackEncoding>
      <essenceTrackFrameRate unitsOfMeasure="fps"><xsl:value-of select="normalize-space(m:frameRate)"/></essenceTrackFrameRate>
      <essenceTrackFrameSize unitsOfMeasure="pixels"><xsl:value-of select="concat(normalize-space(m:width), 'x', normalize-space(m:height))"/></essenceTrackFrameSize>
      <xsl:for-each select="m:aspectRatio">
        <essenceTrackAspectRatio><xsl:value-of select="concat(normalize-space(), substring('16:9', 1, 4 * not(normalize-space())))"/></essenceTrackAspectRatio>
      </xsl:for-each>
    </instantiationEssenceTrack>
  </xsl:template>

  <xsl:template match="m:audioTrack" mode="track">
    <xsl:variable name="code"><xsl:call-template name="three-letters"><xsl:with-param name="of" select="@language"/></xsl:call-template></xsl:variable>
    <instantiationEssenceTrack>
      <essenceTrackType>Audio</essenceTrackType>
      <essenceTrackEncoding><xsl:call-template name="label"><xsl:with-param name="code" select="m:codec"/></xsl:call-template></essenceTrackEncoding>
      <xsl:for-each select="m:sampleRate">
        <essenceTrackSamplingRate unitsOfMeasure="Hz"><xsl:call-template name="digits"/></essenceTrackSamplingRate>
      </xsl:for-each>
      <xsl:if test="$code != ''">
        <essenceTrackLanguage><xsl:value-of select="$code"/></essenceTrackLanguage>
      </xsl:if>
      <essenceTrackAnnotation annotationType="Channels"><xsl:value-of select="normalize-space(m:channels)"/></essenceTrackAnnotation>
      <xsl:if test="normalize-space(@described) = 'true' or normalize-space(@described) = '1'">
        <essenceTrackAnnotation annotationType="Audio description">true</essenceTrackAnnotation>
      </xsl:if>
    </instantiationEssenceTrack>
  </xsl:template>
</xsl:stylesheet>
