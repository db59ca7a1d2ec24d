<?xml version="1.0" encoding="UTF-8"?>
<!-- TV-Anytime (ETSI TS 102 822-3-1 V1.13.1, namespace urn:tva:metadata:2024).

     Names          TV-Anytime names everything by CRID: crid://AUTHORITY/house id. The authority is the host of the parameter `site`, or
                    the parameter `authority`; without either the output is refused, since a made-up authority could be somebody's. A CRID
                    that the partner gave is one of the other identifiers, so that references between items always meet.
     programme, episode, clip    ProgramInformation
     series         GroupInformation, each season a group of its own that is a member of it
     episode        EpisodeOf the series, MemberOf the season
     clip           DerivedFrom the item that it is cut out of; what a clip is about has no place
     titles         main, original and alternative so; subtitle as secondary; short as ShortTitle with its length
     synopsis       its length is the one that the number of characters means: short to 90, medium to 180, long to 1200, else extended
     genres, ratings, roles      terms of our own schemes (urn:xmlsvc:programme:…), but for the roles that MPEG-7 and TV-Anytime
                    have as such: actor, director, producer, presenter, production company
     ages           a rating that is a number below 100 is a minimum age, too
     prices         where the currency is three letters
     publications   BroadcastEvent, OnDemandProgram; a channel's or platform's name, as in an address, is its service's id
     chapters       SegmentInformation; frames are left off
     images         promotional still images; other files with the publication on demand that uses them
     Left out: rights windows and licences, files that nothing on demand uses, related items, countries of companies. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights" xmlns:str="http://exslt.org/strings"
                xmlns="urn:tva:metadata:2024" xmlns:mpeg7="urn:tva:mpeg7:2008" exclude-result-prefixes="p m r str">
  <xsl:import href="common.xsl"/>
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>

  <!-- Who answers for the CRIDs: a domain name. -->
  <xsl:param name="authority" select="substring-before(concat(substring-after($site, '//'), '/'), '/')"/>

  <xsl:variable name="own" select="concat('crid://', $authority, '/')"/>
  <xsl:variable name="crid" select="concat($own, normalize-space($item/@id))"/>
  <xsl:variable name="scheme" select="'urn:xmlsvc:programme:'"/>
  <xsl:key name="platform" match="/*/p:publication/p:event/p:platform" use="normalize-space()"/>

  <xsl:template match="/">
    <xsl:if test="$authority = ''">
      <xsl:message terminate="yes">TV-Anytime names items by CRID, which needs a domain: set the parameter “site” or “authority”.</xsl:message>
    </xsl:if>
    <TVAMain xml:lang="{$language}" publisher="{$authority}">
      <xsl:if test="$language = ''">
        <xsl:attribute name="xml:lang">und</xsl:attribute>
      </xsl:if>
      <xsl:if test="$item/p:rights/r:holder">
        <xsl:attribute name="rightsOwner">
          <xsl:for-each select="$item/p:rights/r:holder">
            <xsl:if test="position() > 1">, </xsl:if>
            <xsl:value-of select="normalize-space()"/>
          </xsl:for-each>
        </xsl:attribute>
      </xsl:if>
      <ProgramDescription>
        <xsl:apply-templates select="$item"/>
        <xsl:if test="$events">
          <ProgramLocationTable>
            <xsl:apply-templates select="$broadcasts"/>
            <xsl:apply-templates select="$events[p:platform]"/>
          </ProgramLocationTable>
          <ServiceInformationTable>
            <xsl:apply-templates select="$events/p:channel[generate-id() = generate-id(key('channel', normalize-space())[1])]"/>
            <xsl:apply-templates select="$events/p:platform[generate-id() = generate-id(key('platform', normalize-space())[1])][not(key('channel', normalize-space()))]"/>
          </ServiceInformationTable>
        </xsl:if>
        <xsl:if test="$item/p:chapter">
          <SegmentInformationTable>
            <SegmentList>
              <xsl:apply-templates select="$item/p:chapter"/>
            </SegmentList>
          </SegmentInformationTable>
        </xsl:if>
      </ProgramDescription>
    </TVAMain>
  </xsl:template>

  <xsl:template match="/p:programme | /p:episode | /p:clip">
    <ProgramInformationTable>
      <ProgramInformation programId="{$crid}">
        <xsl:call-template name="description"/>
        <xsl:call-template name="other-identifiers"/>
        <xsl:for-each select="p:season[../p:series]">
          <MemberOf crid="{concat($own, normalize-space(../p:series), '/season-', number())}">
            <xsl:call-template name="index"/>
          </MemberOf>
        </xsl:for-each>
        <xsl:for-each select="p:excerpt">
          <DerivedFrom crid="{concat($own, normalize-space(@item))}"/>
        </xsl:for-each>
        <xsl:for-each select="p:series">
          <EpisodeOf crid="{concat($own, normalize-space())}">
            <xsl:if test="not($item/p:season)">
              <xsl:call-template name="index"/>
            </xsl:if>
          </EpisodeOf>
        </xsl:for-each>
      </ProgramInformation>
    </ProgramInformationTable>
  </xsl:template>

  <xsl:template name="index">
    <xsl:for-each select="$item/p:number">
      <xsl:attribute name="index"><xsl:value-of select="number()"/></xsl:attribute>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="/p:series">
    <GroupInformationTable>
      <GroupInformation groupId="{$crid}">
        <GroupType xsi:type="ProgramGroupTypeType" value="series"/>
        <xsl:call-template name="description"/>
        <xsl:call-template name="other-identifiers"/>
      </GroupInformation>
      <xsl:for-each select="p:season">
        <GroupInformation groupId="{concat($crid, '/season-', number(@number))}" ordered="true">
          <xsl:if test="p:episodes &lt;= 4294967295">
            <xsl:attribute name="numOfItems"><xsl:value-of select="format-number(p:episodes, '0')"/></xsl:attribute>
          </xsl:if>
          <GroupType xsi:type="ProgramGroupTypeType" value="season"/>
          <BasicDescription>
            <xsl:for-each select="p:name">
              <Title>
                <xsl:call-template name="lang"/>
                <xsl:value-of select="normalize-space()"/>
              </Title>
            </xsl:for-each>
          </BasicDescription>
          <MemberOf crid="{$crid}" index="{number(@number)}"/>
        </GroupInformation>
      </xsl:for-each>
    </GroupInformationTable>
  </xsl:template>

  <xsl:template name="description">
    <BasicDescription>
      <xsl:for-each select="$shown-titles[not(normalize-space(@kind) = 'short')]">
        <Title>
          <xsl:call-template name="lang"/>
          <xsl:attribute name="type">
            <xsl:choose>
              <xsl:when test="normalize-space(@kind) = 'subtitle'">secondary</xsl:when>
              <xsl:when test="normalize-space(@kind) = 'original' or normalize-space(@kind) = 'alternative'"><xsl:value-of select="normalize-space(@kind)"/></xsl:when>
              <xsl:otherwise>main</xsl:otherwise>
            </xsl:choose>
          </xsl:attribute>
          <xsl:value-of select="normalize-space()"/>
        </Title>
      </xsl:for-each>
      <xsl:for-each select="$item/p:seriesTitle">
        <Title type="seriesTitle">
          <xsl:call-template name="lang"/>
          <xsl:value-of select="normalize-space()"/>
        </Title>
      </xsl:for-each>
      <xsl:for-each select="$shown-titles[normalize-space(@kind) = 'short']">
        <ShortTitle length="{string-length(normalize-space())}">
          <xsl:call-template name="lang"/>
          <xsl:value-of select="normalize-space()"/>
        </ShortTitle>
      </xsl:for-each>
      <xsl:apply-templates select="$texts"/>
      <xsl:for-each select="$item/p:keyword">
        <Keyword>
          <xsl:call-template name="lang"/>
          <xsl:value-of select="normalize-space()"/>
        </Keyword>
      </xsl:for-each>
      <xsl:apply-templates select="$item/p:genre"/>
      <xsl:apply-templates select="$item/p:ageRating"/>
      <xsl:call-template name="languages"/>
      <xsl:if test="$credits">
        <CreditsList>
          <xsl:apply-templates select="$credits"/>
        </CreditsList>
      </xsl:if>
      <xsl:apply-templates select="$images"/>
      <xsl:variable name="produced"><xsl:call-template name="partial-date"/></xsl:variable>
      <xsl:if test="$produced != ''">
        <ProductionDate>
          <TimePoint><xsl:value-of select="$produced"/></TimePoint>
        </ProductionDate>
      </xsl:if>
      <xsl:for-each select="str:tokenize(string($item/p:countries))">
        <ProductionLocation><xsl:value-of select="."/></ProductionLocation>
      </xsl:for-each>
      <xsl:for-each select="$item/p:duration">
        <Duration><xsl:value-of select="normalize-space()"/></Duration>
      </xsl:for-each>
    </BasicDescription>
  </xsl:template>

  <xsl:template name="other-identifiers">
    <OtherIdentifier type="house"><xsl:value-of select="normalize-space($item/@id)"/></OtherIdentifier>
    <xsl:for-each select="$item/p:identifier">
      <OtherIdentifier type="{normalize-space(@scheme)}"><xsl:value-of select="normalize-space()"/></OtherIdentifier>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="p:synopsis | p:description">
    <xsl:variable name="words"><xsl:call-template name="plain"/></xsl:variable>
    <xsl:variable name="long" select="string-length($words)"/>
    <xsl:if test="$words != ''">
      <Synopsis>
        <xsl:call-template name="lang"/>
        <xsl:attribute name="length">
          <xsl:choose>
            <xsl:when test="$long &lt;= 90">short</xsl:when>
            <xsl:when test="$long &lt;= 180">medium</xsl:when>
            <xsl:when test="$long &lt;= 1200">long</xsl:when>
            <xsl:otherwise>extended</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
        <xsl:value-of select="$words"/>
      </Synopsis>
    </xsl:if>
  </xsl:template>

  <!-- The genre that is marked as primary, else the first, is the main one. -->
  <xsl:template match="p:genre">
    <xsl:variable name="primary" select="$item/p:genre[normalize-space(@primary) = 'true' or normalize-space(@primary) = '1']"/>
    <xsl:variable name="main" select="($primary | $item/p:genre[not($primary)])[1]"/>
    <Genre href="{concat($scheme, 'genre:', str:encode-uri(normalize-space(), true()))}">
      <xsl:attribute name="type">
        <xsl:choose>
          <xsl:when test="generate-id() = generate-id($main)">main</xsl:when>
          <xsl:otherwise>secondary</xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <Name><xsl:call-template name="genre"/></Name>
    </Genre>
  </xsl:template>

  <xsl:template match="p:ageRating">
    <xsl:variable name="system"><xsl:call-template name="label"><xsl:with-param name="code" select="@system"/></xsl:call-template></xsl:variable>
    <xsl:if test="translate(normalize-space(), '0123456789', '') = '' and number() &lt; 100">
      <ParentalGuidance>
        <mpeg7:MinimumAge><xsl:value-of select="number()"/></mpeg7:MinimumAge>
      </ParentalGuidance>
    </xsl:if>
    <ParentalGuidance>
      <mpeg7:ParentalRating href="{concat($scheme, 'rating:', normalize-space(@system), ':', str:encode-uri(normalize-space(), true()))}">
        <mpeg7:Name><xsl:value-of select="concat($system, ' ', normalize-space())"/></mpeg7:Name>
      </mpeg7:ParentalRating>
      <xsl:if test="normalize-space(@warnings)">
        <ExplanatoryText xml:lang="en" length="short">
          <xsl:for-each select="str:tokenize(string(@warnings))">
            <xsl:if test="position() > 1">, </xsl:if>
            <xsl:call-template name="label"/>
          </xsl:for-each>
        </ExplanatoryText>
      </xsl:if>
    </ParentalGuidance>
  </xsl:template>

  <xsl:template name="languages">
    <xsl:for-each select="$item/p:language[not(normalize-space(@use) = 'signed')]">
      <Language>
        <xsl:attribute name="type">
          <xsl:choose>
            <xsl:when test="normalize-space(@use) = 'dubbed'">dubbed</xsl:when>
            <xsl:otherwise>original</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
        <xsl:value-of select="normalize-space()"/>
      </Language>
    </xsl:for-each>
    <xsl:for-each select="$files[self::m:subtitles][normalize-space(@xml:lang | @lang)]">
      <CaptionLanguage translation="{string(not(@kind) or normalize-space(@kind) = 'translation')}">
        <xsl:value-of select="normalize-space(@xml:lang | @lang)"/>
      </CaptionLanguage>
    </xsl:for-each>
    <xsl:for-each select="$item/p:language[normalize-space(@use) = 'signed']">
      <SignLanguage><xsl:value-of select="normalize-space()"/></SignLanguage>
    </xsl:for-each>
  </xsl:template>

  <xsl:template match="p:credit | p:contribution">
    <xsl:variable name="role" select="normalize-space(@role)"/>
    <xsl:variable name="agent" select="key('agent', normalize-space(@who | @person))[1]"/>
    <CreditsItem>
      <xsl:attribute name="role">
        <xsl:choose>
          <xsl:when test="$role = 'actor' or $role = 'director' or $role = 'producer'">
            <xsl:value-of select="concat('urn:mpeg:mpeg7:cs:RoleCS:2001:', translate($role, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'))"/>
          </xsl:when>
          <xsl:when test="$role = 'presenter' or $role = 'host'">urn:tva:metadata:cs:TVARoleCS:2011:AD6</xsl:when>
          <xsl:when test="$role = 'production-company'">urn:tva:metadata:cs:TVARoleCS:2011:V20</xsl:when>
          <xsl:otherwise><xsl:value-of select="concat($scheme, 'role:', str:encode-uri($role, true()))"/></xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <xsl:choose>
        <xsl:when test="$agent[self::p:organisation]">
          <OrganizationName><xsl:call-template name="agent-name"/></OrganizationName>
        </xsl:when>
        <xsl:when test="$agent/p:familyName">
          <PersonName>
            <mpeg7:GivenName><xsl:value-of select="normalize-space($agent/p:givenName)"/></mpeg7:GivenName>
            <mpeg7:FamilyName><xsl:value-of select="normalize-space($agent/p:familyName)"/></mpeg7:FamilyName>
          </PersonName>
        </xsl:when>
        <xsl:otherwise>
          <PersonName>
            <mpeg7:GivenName><xsl:call-template name="agent-name"/></mpeg7:GivenName>
          </PersonName>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="p:character">
        <Character>
          <xsl:call-template name="lang"/>
          <mpeg7:GivenName><xsl:value-of select="normalize-space()"/></mpeg7:GivenName>
        </Character>
      </xsl:for-each>
    </CreditsItem>
  </xsl:template>

  <xsl:template match="m:image">
    <RelatedMaterial>
      <HowRelated href="urn:tva:metadata:cs:HowRelatedCS:2012:19"/>
      <Format>
        <StillPictureFormat href="{concat($scheme, 'image:', normalize-space(@kind))}" horizontalSize="{number(m:width)}" verticalSize="{number(m:height)}"/>
      </Format>
      <MediaLocator>
        <MediaUri>
          <xsl:attribute name="contentType"><xsl:call-template name="media-type"/></xsl:attribute>
          <xsl:call-template name="address"/>
        </MediaUri>
      </MediaLocator>
      <xsl:for-each select="m:alt">
        <PromotionalText>
          <xsl:call-template name="lang"/>
          <xsl:value-of select="normalize-space()"/>
        </PromotionalText>
      </xsl:for-each>
    </RelatedMaterial>
  </xsl:template>

  <!-- A broadcast, also one that is streamed as it goes. -->
  <xsl:template match="p:event">
    <BroadcastEvent>
      <xsl:attribute name="serviceIDRef"><xsl:apply-templates select="p:channel" mode="service"/></xsl:attribute>
      <Program crid="{$crid}"/>
      <xsl:for-each select="p:stream[normalize-space()]">
        <ProgramURL><xsl:value-of select="normalize-space()"/></ProgramURL>
      </xsl:for-each>
      <PublishedStartTime><xsl:call-template name="moment"><xsl:with-param name="of" select="p:start"/></xsl:call-template></PublishedStartTime>
      <xsl:for-each select="p:end">
        <PublishedEndTime><xsl:call-template name="moment"/></PublishedEndTime>
      </xsl:for-each>
      <xsl:if test="@live">
        <Live value="{normalize-space(@live)}"/>
      </xsl:if>
      <xsl:if test="@repeat">
        <Repeat value="{normalize-space(@repeat)}"/>
      </xsl:if>
    </BroadcastEvent>
  </xsl:template>

  <xsl:template match="p:event[p:platform]">
    <xsl:variable name="used" select="$playable[key('use', concat(generate-id(current()), ' ', normalize-space(@key)))]"/>
    <OnDemandProgram>
      <xsl:attribute name="serviceIDRef"><xsl:apply-templates select="p:platform" mode="service"/></xsl:attribute>
      <Program crid="{$crid}"/>
      <xsl:for-each select="$used">
        <ProgramURL>
          <xsl:attribute name="contentType"><xsl:call-template name="media-type"/></xsl:attribute>
          <xsl:call-template name="address"/>
        </ProgramURL>
      </xsl:for-each>
      <xsl:for-each select="p:page[normalize-space()]">
        <AuxiliaryURL contentType="text/html"><xsl:value-of select="normalize-space()"/></AuxiliaryURL>
      </xsl:for-each>
      <xsl:variable name="price" select="p:price[not(@currency) or (string-length(normalize-space(@currency)) = 3
          and translate(@currency, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz &#9;&#10;&#13;', '') = '')]"/>
      <xsl:if test="$price or $used">
        <InstanceDescription>
          <xsl:apply-templates select="$price"/>
          <xsl:apply-templates select="$used[1]"/>
        </InstanceDescription>
      </xsl:if>
      <StartOfAvailability><xsl:call-template name="moment"><xsl:with-param name="of" select="p:start"/></xsl:call-template></StartOfAvailability>
      <xsl:for-each select="p:end">
        <EndOfAvailability><xsl:call-template name="moment"/></EndOfAvailability>
      </xsl:for-each>
      <xsl:if test="p:price > 0">
        <Free value="false"/>
      </xsl:if>
    </OnDemandProgram>
  </xsl:template>

  <xsl:template match="p:price">
    <PurchaseList>
      <PurchaseItem>
        <Price>
          <xsl:attribute name="currency">
            <xsl:value-of select="normalize-space(@currency)"/>
            <xsl:if test="not(@currency)">EUR</xsl:if>
          </xsl:attribute>
          <xsl:value-of select="normalize-space()"/>
        </Price>
      </PurchaseItem>
    </PurchaseList>
  </xsl:template>

  <xsl:template match="m:video | m:audio">
    <xsl:variable name="bits"><xsl:call-template name="bits"/></xsl:variable>
    <AVAttributes>
      <xsl:for-each select="m:size[number() > 0 and number() &lt; 18000000000000000000]">
        <FileSize><xsl:call-template name="digits"/></FileSize>
      </xsl:for-each>
      <xsl:if test="$bits != ''">
        <BitRate><xsl:value-of select="$bits"/></BitRate>
      </xsl:if>
      <xsl:for-each select="m:audioTrack">
        <AudioAttributes>
          <NumOfChannels><xsl:value-of select="number(m:channels)"/></NumOfChannels>
          <xsl:if test="@language">
            <AudioLanguage><xsl:value-of select="normalize-space(@language)"/></AudioLanguage>
          </xsl:if>
          <xsl:if test="m:sampleRate &lt;= 4294967295">
            <SampleFrequency><xsl:value-of select="format-number(m:sampleRate, '0')"/></SampleFrequency>
          </xsl:if>
        </AudioAttributes>
      </xsl:for-each>
      <xsl:if test="self::m:video">
        <VideoAttributes>
          <Scan>
            <xsl:value-of select="normalize-space(@scan)"/>
            <xsl:if test="not(@scan)">progressive</xsl:if>
          </Scan>
          <HorizontalSize><xsl:value-of select="number(m:width)"/></HorizontalSize>
          <VerticalSize><xsl:value-of select="number(m:height)"/></VerticalSize>
          <xsl:if test="m:aspectRatio and not(contains(m:aspectRatio, '.'))">
            <AspectRatio>
              <xsl:value-of select="normalize-space(m:aspectRatio)"/>
              <xsl:if test="not(normalize-space(m:aspectRatio))">16:9</xsl:if>
            </AspectRatio>
          </xsl:if>
          <FrameRate><xsl:value-of select="number(m:frameRate)"/></FrameRate>
        </VideoAttributes>
      </xsl:if>
    </AVAttributes>
  </xsl:template>

  <xsl:template match="p:channel | p:platform" mode="service"><xsl:value-of select="str:encode-uri(normalize-space(), true())"/></xsl:template>

  <xsl:template match="p:channel | p:platform">
    <ServiceInformation>
      <xsl:attribute name="serviceId"><xsl:apply-templates select="." mode="service"/></xsl:attribute>
      <Name><xsl:value-of select="normalize-space()"/></Name>
    </ServiceInformation>
  </xsl:template>

  <xsl:template match="p:chapter">
    <xsl:variable name="start" select="normalize-space(@start)"/>
    <SegmentInformation segmentId="{concat(normalize-space($item/@id), '-', position())}">
      <ProgramRef crid="{$crid}"/>
      <Description>
        <xsl:for-each select="p:heading">
          <Title>
            <xsl:call-template name="lang"/>
            <xsl:value-of select="normalize-space()"/>
          </Title>
        </xsl:for-each>
      </Description>
      <SegmentLocator>
        <MediaRelTimePoint><xsl:value-of select="concat('PT', substring($start, 1, 2), 'H', substring($start, 4, 2), 'M', substring($start, 7, 2), 'S')"/></MediaRelTimePoint>
      </SegmentLocator>
    </SegmentInformation>
  </xsl:template>
</xsl:stylesheet>
