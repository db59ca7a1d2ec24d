<?xml version="1.0" encoding="UTF-8"?>
<!-- EBUCore 1.10 (EBU Tech 3293).

     titles         the main ones in all languages as title, others as alternativeTitle with their kind
     credits        directors, writers and creators as creator, commissioners as publisher, all others as contributor, each with its
                    role, and its part for an actor; birth dates, which only tell namesakes apart, are left out
     type           what kind of item it is as objectType, genres as genre, ratings as targetAudience
     date           when production was finished, when the record was made and last changed
     format         one for each public file: container, tracks, size, hash, address; frame rates as EBUCore wants them, a whole number
                    times a fraction (24 × 1000/1001)
     relations      isEpisodeOf the series, isMemberOf the season, isPartOf what a clip is cut out of, references what it is about;
                    related items by their relation; of a series its seasons as hasSeason
     rights         holders, licence and windows, each window with its places, times and uses in words, as EBUCore has no fields for them
     publications   publicationHistory; a channel's name as publicationChannel, a platform's as publicationService
     chapters       part, by time code where the frame is given, else by time
     Left out: prices and live streams' addresses, which EBUCore has no place for; extensions. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights" xmlns:str="http://exslt.org/strings"
                xmlns="urn:ebu:metadata-schema:ebucore" xmlns:dc="http://purl.org/dc/elements/1.1/"
                exclude-result-prefixes="xsi p m r str">
  <xsl:import href="common.xsl"/>
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>

  <xsl:variable name="creating" select="' director writer creator '"/>

  <xsl:template match="/">
    <ebuCoreMain version="1.10">
      <xsl:if test="$language != ''">
        <xsl:attribute name="xml:lang"><xsl:value-of select="$language"/></xsl:attribute>
      </xsl:if>
      <coreMetadata>
        <xsl:call-template name="description"/>
        <xsl:call-template name="people"/>
        <xsl:call-template name="dates"/>
        <xsl:call-template name="kinds"/>
        <xsl:apply-templates select="$files"/>
        <xsl:call-template name="identifiers"/>
        <xsl:call-template name="relations"/>
        <xsl:apply-templates select="$item/p:rights"/>
        <xsl:if test="$events">
          <publicationHistory>
            <xsl:apply-templates select="$events"/>
          </publicationHistory>
        </xsl:if>
        <xsl:apply-templates select="$item/p:chapter"/>
      </coreMetadata>
    </ebuCoreMain>
  </xsl:template>

  <xsl:template name="description">
    <xsl:variable name="main" select="$title | $shown-titles[not(@kind) or normalize-space(@kind) = 'main']"/>
    <title>
      <xsl:for-each select="$main">
        <dc:title><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></dc:title>
      </xsl:for-each>
    </title>
    <xsl:for-each select="$shown-titles[normalize-space(@kind) != 'main'][@kind][generate-id() != generate-id($title)]">
      <alternativeTitle typeLabel="{normalize-space(@kind)}">
        <dc:title><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></dc:title>
      </alternativeTitle>
    </xsl:for-each>
    <xsl:for-each select="$item/p:keyword">
      <subject>
        <dc:subject><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></dc:subject>
      </subject>
    </xsl:for-each>
    <xsl:for-each select="$texts">
      <xsl:variable name="words"><xsl:call-template name="plain"/></xsl:variable>
      <xsl:if test="$words != ''">
        <description>
          <xsl:attribute name="typeLabel">
            <xsl:value-of select="normalize-space(@length)"/>
            <xsl:if test="not(@length)">medium</xsl:if>
          </xsl:attribute>
          <dc:description><xsl:call-template name="lang"/><xsl:value-of select="$words"/></dc:description>
        </description>
      </xsl:if>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="people">
    <xsl:for-each select="$credits[contains($creating, concat(' ', normalize-space(@role), ' '))]">
      <creator><xsl:call-template name="entity"/></creator>
    </xsl:for-each>
    <xsl:for-each select="$credits[normalize-space(@role) = 'commissioner']">
      <publisher><xsl:call-template name="entity"/></publisher>
    </xsl:for-each>
    <xsl:for-each select="$credits[not(contains(concat($creating, 'commissioner '), concat(' ', normalize-space(@role), ' ')))]">
      <contributor><xsl:call-template name="entity"/></contributor>
    </xsl:for-each>
  </xsl:template>

  <!-- Who is credited, and for what; the current node is the credit. -->
  <xsl:template name="entity">
    <xsl:variable name="agent" select="key('agent', normalize-space(@who | @person))[1]"/>
    <xsl:choose>
      <xsl:when test="$agent[self::p:organisation]">
        <organisationDetails>
          <organisationName><xsl:call-template name="agent-name"/></organisationName>
          <xsl:for-each select="$agent/@country">
            <organisationNationality><xsl:value-of select="normalize-space()"/></organisationNationality>
          </xsl:for-each>
          <xsl:apply-templates select="$agent/p:sameAs[normalize-space()]"/>
        </organisationDetails>
      </xsl:when>
      <xsl:otherwise>
        <contactDetails>
          <xsl:choose>
            <xsl:when test="$agent/p:familyName">
              <givenName><xsl:value-of select="normalize-space($agent/p:givenName)"/></givenName>
              <familyName><xsl:value-of select="normalize-space($agent/p:familyName)"/></familyName>
            </xsl:when>
            <xsl:otherwise>
              <name><xsl:call-template name="agent-name"/></name>
            </xsl:otherwise>
          </xsl:choose>
          <xsl:for-each select="p:character">
            <characterName><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></characterName>
          </xsl:for-each>
          <xsl:apply-templates select="$agent/p:sameAs[normalize-space()]"/>
        </contactDetails>
      </xsl:otherwise>
    </xsl:choose>
    <role>
      <xsl:attribute name="typeLabel"><xsl:call-template name="label"><xsl:with-param name="code" select="@role"/></xsl:call-template></xsl:attribute>
    </role>
  </xsl:template>

  <xsl:template match="p:sameAs">
    <relatedInformationLink><xsl:value-of select="normalize-space()"/></relatedInformationLink>
  </xsl:template>

  <xsl:template name="dates">
    <date>
      <created>
        <xsl:call-template name="date-and-time"><xsl:with-param name="of" select="$item/@created"/></xsl:call-template>
      </created>
      <xsl:if test="$item/@modified">
        <modified>
          <xsl:call-template name="date-and-time"><xsl:with-param name="of" select="$item/@modified"/></xsl:call-template>
        </modified>
      </xsl:if>
      <xsl:variable name="produced"><xsl:call-template name="partial-date"/></xsl:variable>
      <xsl:choose>
        <xsl:when test="string-length($produced) = 10"><produced date="{$produced}"/></xsl:when>
        <xsl:when test="string-length($produced) = 7"><produced year="{substring($produced, 1, 4)}" period="{$produced}"/></xsl:when>
        <xsl:when test="string-length($produced) = 4"><produced year="{$produced}"/></xsl:when>
      </xsl:choose>
    </date>
  </xsl:template>

  <!-- startDate and startTime of a date-time; the zone goes with both. -->
  <xsl:template name="date-and-time">
    <xsl:param name="of" select="."/>
    <xsl:variable name="moment"><xsl:call-template name="moment"><xsl:with-param name="of" select="$of"/></xsl:call-template></xsl:variable>
    <xsl:attribute name="startDate"><xsl:value-of select="substring-before($moment, 'T')"/></xsl:attribute>
    <xsl:attribute name="startTime"><xsl:value-of select="substring-after($moment, 'T')"/></xsl:attribute>
  </xsl:template>

  <xsl:template name="kinds">
    <type>
      <xsl:for-each select="$item/p:genre">
        <genre typeSource="urn:xmlsvc:programme:genre" typeDefinition="{normalize-space()}">
          <xsl:attribute name="typeLabel"><xsl:call-template name="genre"/></xsl:attribute>
        </genre>
      </xsl:for-each>
      <objectType>
        <xsl:attribute name="typeLabel"><xsl:call-template name="label"><xsl:with-param name="code" select="local-name($item)"/></xsl:call-template></xsl:attribute>
      </objectType>
      <xsl:if test="$item/@kind">
        <objectType>
          <xsl:attribute name="typeLabel"><xsl:call-template name="label"><xsl:with-param name="code" select="$item/@kind"/></xsl:call-template></xsl:attribute>
        </objectType>
      </xsl:if>
      <xsl:for-each select="$item/p:ageRating">
        <targetAudience typeLabel="{normalize-space()}">
          <xsl:attribute name="typeSource"><xsl:call-template name="label"><xsl:with-param name="code" select="@system"/></xsl:call-template></xsl:attribute>
          <xsl:if test="normalize-space(@warnings)">
            <xsl:attribute name="reason"><xsl:value-of select="normalize-space(@warnings)"/></xsl:attribute>
          </xsl:if>
        </targetAudience>
      </xsl:for-each>
    </type>
  </xsl:template>

  <xsl:template name="identifiers">
    <identifier typeLabel="house">
      <dc:identifier><xsl:value-of select="normalize-space($item/@id)"/></dc:identifier>
    </identifier>
    <xsl:for-each select="$item/p:identifier">
      <identifier>
        <xsl:attribute name="typeLabel"><xsl:call-template name="label"><xsl:with-param name="code" select="@scheme"/></xsl:call-template></xsl:attribute>
        <dc:identifier><xsl:value-of select="normalize-space()"/></dc:identifier>
      </identifier>
    </xsl:for-each>
    <xsl:for-each select="$item/p:language">
      <language>
        <xsl:attribute name="typeLabel">
          <xsl:value-of select="normalize-space(@use)"/>
          <xsl:if test="not(@use)">original</xsl:if>
        </xsl:attribute>
        <dc:language><xsl:value-of select="normalize-space()"/></dc:language>
      </language>
    </xsl:for-each>
    <xsl:if test="$item/p:countries">
      <coverage typeLabel="country of origin">
        <spatial>
          <xsl:for-each select="str:tokenize(string($item/p:countries))">
            <location typeLabel="country of origin">
              <name><xsl:value-of select="."/></name>
            </location>
          </xsl:for-each>
        </spatial>
      </coverage>
    </xsl:if>
  </xsl:template>

  <xsl:template name="relations">
    <xsl:if test="$item/p:series or $item/p:seriesTitle">
      <isEpisodeOf>
        <xsl:call-template name="running-order"/>
        <xsl:choose>
          <xsl:when test="$item/p:series">
            <xsl:if test="$item/p:seriesTitle">
              <xsl:attribute name="note"><xsl:value-of select="normalize-space($item/p:seriesTitle[1])"/></xsl:attribute>
            </xsl:if>
            <xsl:call-template name="related"><xsl:with-param name="id" select="$item/p:series"/></xsl:call-template>
          </xsl:when>
          <xsl:otherwise>
            <dc:relation><xsl:value-of select="normalize-space($item/p:seriesTitle[1])"/></dc:relation>
          </xsl:otherwise>
        </xsl:choose>
      </isEpisodeOf>
    </xsl:if>
    <xsl:for-each select="$item[self::p:episode]/p:season">
      <isMemberOf typeLabel="season">
        <dc:relation><xsl:value-of select="normalize-space()"/></dc:relation>
      </isMemberOf>
    </xsl:for-each>
    <xsl:for-each select="$item[self::p:series]/p:season">
      <hasSeason runningOrderNumber="{normalize-space(@number)}" totalNumberOfGroupMembers="{normalize-space(p:episodes)}">
        <xsl:if test="p:year">
          <xsl:attribute name="note"><xsl:value-of select="normalize-space(p:year)"/></xsl:attribute>
        </xsl:if>
        <dc:relation>
          <xsl:for-each select="p:name[1]"><xsl:call-template name="lang"/></xsl:for-each>
          <xsl:value-of select="normalize-space(p:name[1])"/>
          <xsl:if test="not(p:name)"><xsl:value-of select="normalize-space(@number)"/></xsl:if>
        </dc:relation>
      </hasSeason>
    </xsl:for-each>
    <xsl:for-each select="$item/p:excerpt">
      <isPartOf note="{concat(normalize-space(@in), ' to ', normalize-space(@out))}">
        <xsl:call-template name="related"><xsl:with-param name="id" select="@item"/></xsl:call-template>
      </isPartOf>
    </xsl:for-each>
    <xsl:for-each select="$item/p:about">
      <references>
        <xsl:call-template name="related"><xsl:with-param name="id" select="."/></xsl:call-template>
      </references>
    </xsl:for-each>
    <xsl:for-each select="$item/p:related">
      <isRelatedTo typeLabel="{normalize-space(@relation)}">
        <xsl:call-template name="related"><xsl:with-param name="id" select="@item"/></xsl:call-template>
      </isRelatedTo>
    </xsl:for-each>
    <xsl:if test="$page != ''">
      <relation typeLabel="page">
        <relationLink><xsl:value-of select="$page"/></relationLink>
      </relation>
    </xsl:if>
  </xsl:template>

  <xsl:template name="running-order">
    <xsl:for-each select="$item/p:number">
      <xsl:attribute name="runningOrderNumber"><xsl:value-of select="normalize-space()"/></xsl:attribute>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="related">
    <xsl:param name="id"/>
    <relationIdentifier typeLabel="house">
      <dc:identifier><xsl:value-of select="normalize-space($id)"/></dc:identifier>
    </relationIdentifier>
  </xsl:template>

  <xsl:template match="p:rights">
    <rights>
      <xsl:for-each select="r:licence[normalize-space()]">
        <rightsLink><xsl:value-of select="normalize-space()"/></rightsLink>
      </xsl:for-each>
      <xsl:for-each select="r:holder">
        <rightsHolder>
          <organisationDetails>
            <organisationName><xsl:value-of select="normalize-space()"/></organisationName>
          </organisationDetails>
        </rightsHolder>
      </xsl:for-each>
    </rights>
    <xsl:for-each select="r:window">
      <rights typeLabel="window">
        <dc:rights xml:lang="en">
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
          <xsl:text>; from </xsl:text>
          <xsl:call-template name="moment"><xsl:with-param name="of" select="r:start"/></xsl:call-template>
          <xsl:if test="normalize-space(r:end)">
            <xsl:text> until </xsl:text>
            <xsl:call-template name="moment"><xsl:with-param name="of" select="r:end"/></xsl:call-template>
          </xsl:if>
        </dc:rights>
      </rights>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="p:event">
    <xsl:variable name="start"><xsl:call-template name="moment"><xsl:with-param name="of" select="p:start"/></xsl:call-template></xsl:variable>
    <publicationEvent>
      <xsl:if test="@repeat">
        <xsl:attribute name="firstShowing"><xsl:value-of select="not(normalize-space(@repeat) = 'true' or normalize-space(@repeat) = '1')"/></xsl:attribute>
      </xsl:if>
      <xsl:if test="@live">
        <xsl:attribute name="live"><xsl:value-of select="normalize-space(@live)"/></xsl:attribute>
      </xsl:if>
      <xsl:if test="p:end">
        <xsl:attribute name="note">
          <xsl:text>until </xsl:text>
          <xsl:call-template name="moment"><xsl:with-param name="of" select="p:end"/></xsl:call-template>
        </xsl:attribute>
      </xsl:if>
      <publicationDate><xsl:value-of select="substring-before($start, 'T')"/></publicationDate>
      <publicationTime><xsl:value-of select="substring-after($start, 'T')"/></publicationTime>
      <xsl:for-each select="p:platform">
        <publicationService>
          <publicationServiceName><xsl:value-of select="normalize-space()"/></publicationServiceName>
        </publicationService>
      </xsl:for-each>
      <publicationMedium>
        <xsl:choose>
          <xsl:when test="p:platform">On demand</xsl:when>
          <xsl:otherwise>Broadcast</xsl:otherwise>
        </xsl:choose>
      </publicationMedium>
      <xsl:for-each select="p:channel">
        <publicationChannel><xsl:value-of select="normalize-space()"/></publicationChannel>
      </xsl:for-each>
    </publicationEvent>
  </xsl:template>

  <!-- Only public files come here. -->
  <xsl:template match="m:video | m:audio | m:subtitles | m:image">
    <format formatName="{normalize-space(@key)}" typeLabel="{local-name()}">
      <xsl:choose>
        <xsl:when test="self::m:image"><xsl:call-template name="image"/></xsl:when>
        <xsl:when test="self::m:subtitles"><xsl:call-template name="subtitles"/></xsl:when>
        <xsl:otherwise><xsl:call-template name="playing"/></xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="m:size[number() > 0]">
        <fileSize unit="byte"><xsl:call-template name="digits"/></fileSize>
      </xsl:for-each>
      <mimeType>
        <xsl:attribute name="typeLabel"><xsl:call-template name="media-type"/></xsl:attribute>
      </mimeType>
      <locator><xsl:call-template name="address"/></locator>
      <xsl:for-each select="m:md5 | m:checksum | m:sha1 | m:sha256">
        <hash>
          <hashValue><xsl:value-of select="normalize-space()"/></hashValue>
          <hashFunction>
            <xsl:attribute name="typeLabel">
              <xsl:choose>
                <xsl:when test="self::m:sha1">SHA-1</xsl:when>
                <xsl:when test="self::m:sha256">SHA-256</xsl:when>
                <xsl:otherwise>MD5</xsl:otherwise>
              </xsl:choose>
            </xsl:attribute>
          </hashFunction>
        </hash>
      </xsl:for-each>
      <xsl:variable name="bits"><xsl:call-template name="bits"/></xsl:variable>
      <xsl:if test="$bits != ''">
        <overallBitRate unit="bps"><xsl:value-of select="$bits"/></overallBitRate>
      </xsl:if>
    </format>
  </xsl:template>

  <xsl:template name="image">
    <imageFormat>
      <width unit="pixel"><xsl:call-template name="digits"><xsl:with-param name="of" select="m:width"/></xsl:call-template></width>
      <height unit="pixel"><xsl:call-template name="digits"><xsl:with-param name="of" select="m:height"/></xsl:call-template></height>
      <technicalAttributeString typeLabel="kind"><xsl:value-of select="normalize-space(@kind)"/></technicalAttributeString>
      <xsl:for-each select="m:photographer">
        <technicalAttributeString typeLabel="photographer"><xsl:value-of select="normalize-space()"/></technicalAttributeString>
      </xsl:for-each>
      <xsl:for-each select="m:alt">
        <comment typeLabel="alternative text"><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></comment>
      </xsl:for-each>
    </imageFormat>
  </xsl:template>

  <xsl:template name="subtitles">
    <xsl:variable name="format"><xsl:call-template name="label"><xsl:with-param name="code" select="m:format"/></xsl:call-template></xsl:variable>
    <dataFormat>
      <xsl:choose>
        <xsl:when test="normalize-space(@kind) = 'captions'">
          <captioningFormat captioningFormatName="{$format}" typeLabel="captions" closed="true">
            <xsl:if test="normalize-space(@xml:lang | @lang)">
              <xsl:attribute name="language"><xsl:value-of select="normalize-space(@xml:lang | @lang)"/></xsl:attribute>
            </xsl:if>
          </captioningFormat>
        </xsl:when>
        <xsl:otherwise>
          <subtitlingFormat subtitlingFormatName="{$format}" typeLabel="{normalize-space(@kind)}" closed="true">
            <xsl:if test="not(@kind)">
              <xsl:attribute name="typeLabel">translation</xsl:attribute>
            </xsl:if>
            <xsl:if test="normalize-space(@xml:lang | @lang)">
              <xsl:attribute name="language"><xsl:value-of select="normalize-space(@xml:lang | @lang)"/></xsl:attribute>
            </xsl:if>
          </subtitlingFormat>
        </xsl:otherwise>
      </xsl:choose>
    </dataFormat>
  </xsl:template>

  <xsl:template name="playing">
    <xsl:if test="self::m:video">
      <videoFormat>
        <xsl:attribute name="videoFormatName"><xsl:call-template name="label"><xsl:with-param name="code" select="m:videoCodec"/></xsl:call-template></xsl:attribute>
        <width unit="pixel"><xsl:call-template name="digits"><xsl:with-param name="of" select="m:width"/></xsl:call-template></width>
        <height unit="pixel"><xsl:call-template name="digits"><xsl:with-param name="of" select="m:height"/></xsl:call-template></height>
        <xsl:apply-templates select="m:frameRate"/>
        <xsl:apply-templates select="m:aspectRatio"/>
        <scanningFormat>
          <xsl:value-of select="normalize-space(@scan)"/>
          <xsl:if test="not(@scan)">progressive</xsl:if>
        </scanningFormat>
        <xsl:for-each select="@dynamicRange">
          <technicalAttributeString typeLabel="dynamic range"><xsl:call-template name="label"/></technicalAttributeString>
        </xsl:for-each>
      </videoFormat>
    </xsl:if>
    <xsl:for-each select="m:audioTrack">
      <audioFormat>
        <xsl:attribute name="audioFormatName"><xsl:call-template name="label"><xsl:with-param name="code" select="m:codec"/></xsl:call-template></xsl:attribute>
        <xsl:if test="@described">
          <xsl:attribute name="audioDescriptionPresenceFlag"><xsl:value-of select="normalize-space(@described)"/></xsl:attribute>
        </xsl:if>
        <xsl:for-each select="m:sampleRate[number() &lt; 9000000000000000000]">
          <samplingRate><xsl:call-template name="digits"/></samplingRate>
        </xsl:for-each>
        <xsl:for-each select="@language">
          <audioTrack trackLanguage="{normalize-space()}"/>
        </xsl:for-each>
        <channels><xsl:call-template name="digits"><xsl:with-param name="of" select="m:channels"/></xsl:call-template></channels>
      </audioFormat>
    </xsl:for-each>
    <containerFormat>
      <xsl:attribute name="containerFormatName"><xsl:call-template name="label"><xsl:with-param name="code" select="m:container"/></xsl:call-template></xsl:attribute>
    </containerFormat>
    <xsl:for-each select="m:startTimecode">
      <start><xsl:call-template name="time"/></start>
    </xsl:for-each>
    <duration>
      <normalPlayTime><xsl:value-of select="normalize-space(m:duration)"/></normalPlayTime>
    </duration>
  </xsl:template>

  <!-- Rates of the NTSC family are a thousand and first less than a whole number; others are given exactly, in thousandths if need be. -->
  <xsl:template match="m:frameRate">
    <xsl:variable name="rate" select="number()"/>
    <xsl:variable name="whole" select="ceiling($rate)"/>
    <xsl:choose>
      <xsl:when test="$rate = floor($rate)">
        <frameRate><xsl:value-of select="$rate"/></frameRate>
      </xsl:when>
      <xsl:when test="contains(' 24 30 48 60 120 ', concat(' ', $whole, ' ')) and $whole * 1000 div 1001 - $rate &lt; 0.006 and $rate - $whole * 1000 div 1001 &lt; 0.006">
        <frameRate factorNumerator="1000" factorDenominator="1001"><xsl:value-of select="$whole"/></frameRate>
      </xsl:when>
      <xsl:otherwise>
        <frameRate factorNumerator="1" factorDenominator="1000"><xsl:value-of select="round($rate * 1000)"/></frameRate>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- Both sides as whole numbers: 2.39:1 is 239:100. An empty ratio means 16:9. -->
  <xsl:template match="m:aspectRatio">
    <xsl:variable name="ratio" select="concat(normalize-space(), substring('16:9', 1, 4 * not(normalize-space())))"/>
    <xsl:variable name="width" select="substring-before($ratio, ':')"/>
    <xsl:variable name="scale">
      <xsl:choose>
        <xsl:when test="contains($width, '.')">100</xsl:when>
        <xsl:otherwise>1</xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <aspectRatio typeLabel="display">
      <factorNumerator><xsl:value-of select="round($width * $scale)"/></factorNumerator>
      <factorDenominator><xsl:value-of select="substring-after($ratio, ':') * $scale"/></factorDenominator>
    </aspectRatio>
  </xsl:template>

  <!-- A time code of the vocabulary: with frames as a time code, without as a time. -->
  <xsl:template name="time">
    <xsl:param name="of" select="normalize-space()"/>
    <xsl:choose>
      <xsl:when test="string-length($of) > 8"><timecode><xsl:value-of select="$of"/></timecode></xsl:when>
      <xsl:otherwise><normalPlayTime><xsl:value-of select="$of"/></normalPlayTime></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="p:chapter">
    <part typeLabel="chapter" partNumber="{position()}" partName="{normalize-space(p:heading[1])}">
      <title>
        <xsl:for-each select="p:heading">
          <dc:title><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></dc:title>
        </xsl:for-each>
      </title>
      <partStartTime><xsl:call-template name="time"><xsl:with-param name="of" select="normalize-space(@start)"/></xsl:call-template></partStartTime>
    </part>
  </xsl:template>
</xsl:stylesheet>
