<?xml version="1.0" encoding="UTF-8"?>
<!-- Simple Dublin Core, as OAI-PMH carries it (oai_dc 2.0). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights"
                xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"
                exclude-result-prefixes="p m r">
  <xsl:import href="common.xsl"/>
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>

  <xsl:template match="/">
    <oai_dc:dc xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd">
      <xsl:apply-templates select="$shown-titles"/>
      <xsl:apply-templates select="$credits[contains(' director writer creator ', concat(' ', normalize-space(@role), ' '))]"/>
      <xsl:apply-templates select="$item/p:genre | $item/p:keyword"/>
      <xsl:apply-templates select="$texts"/>
      <xsl:for-each select="$events/p:channel | $events/p:platform">
        <xsl:if test="not(. = (../preceding-sibling::p:event/p:channel | ../preceding-sibling::p:event/p:platform))">
          <dc:publisher><xsl:value-of select="normalize-space()"/></dc:publisher>
        </xsl:if>
      </xsl:for-each>
      <xsl:apply-templates select="$credits[not(contains(' director writer creator ', concat(' ', normalize-space(@role), ' ')))]"/>
      <xsl:for-each select="$item/p:produced">
        <dc:date><xsl:value-of select="normalize-space()"/></dc:date>
      </xsl:for-each>
      <xsl:if test="$first-start">
        <dc:date><xsl:value-of select="$first-start"/></dc:date>
      </xsl:if>
      <dc:type>
        <xsl:choose>
          <xsl:when test="$item[self::p:series]">Collection</xsl:when>
          <xsl:when test="$item/p:files/m:audio and not($item/p:files/m:video)">Sound</xsl:when>
          <xsl:otherwise>MovingImage</xsl:otherwise>
        </xsl:choose>
      </dc:type>
      <xsl:for-each select="$playable">
        <dc:format><xsl:call-template name="media-type"/></dc:format>
      </xsl:for-each>
      <xsl:for-each select="$item/p:duration">
        <dc:format><xsl:value-of select="normalize-space()"/></dc:format>
      </xsl:for-each>
      <dc:identifier><xsl:value-of select="normalize-space($item/@id)"/></dc:identifier>
      <xsl:if test="$page != ''">
        <dc:identifier><xsl:value-of select="$page"/></dc:identifier>
      </xsl:if>
      <xsl:for-each select="$item/p:identifier">
        <dc:identifier><xsl:value-of select="concat(normalize-space(@scheme), ':', normalize-space())"/></dc:identifier>
      </xsl:for-each>
      <xsl:for-each select="$item/p:excerpt">
        <dc:source><xsl:value-of select="normalize-space(@item)"/></dc:source>
      </xsl:for-each>
      <xsl:for-each select="$item/p:language">
        <dc:language><xsl:value-of select="normalize-space()"/></dc:language>
      </xsl:for-each>
      <xsl:for-each select="$item/p:series | $item/p:seriesTitle | $item/p:about | $item/p:related/@item">
        <dc:relation>
          <xsl:call-template name="lang"/>
          <xsl:value-of select="normalize-space()"/>
        </dc:relation>
      </xsl:for-each>
      <xsl:for-each select="$item/p:rights/r:holder | $item/p:rights/r:licence[normalize-space()]">
        <dc:rights><xsl:value-of select="normalize-space()"/></dc:rights>
      </xsl:for-each>
    </oai_dc:dc>
  </xsl:template>

  <xsl:template match="p:title">
    <dc:title>
      <xsl:call-template name="lang"/>
      <xsl:value-of select="normalize-space()"/>
    </dc:title>
  </xsl:template>

  <xsl:template match="p:synopsis | p:description">
    <xsl:variable name="words"><xsl:call-template name="plain"/></xsl:variable>
    <xsl:if test="$words != ''">
      <dc:description>
        <xsl:call-template name="lang"/>
        <xsl:value-of select="$words"/>
      </dc:description>
    </xsl:if>
  </xsl:template>

  <xsl:template match="p:genre">
    <dc:subject><xsl:call-template name="genre"/></dc:subject>
  </xsl:template>

  <xsl:template match="p:keyword">
    <dc:subject>
      <xsl:call-template name="lang"/>
      <xsl:value-of select="normalize-space()"/>
    </dc:subject>
  </xsl:template>

  <!-- Each is named once, however many things they did. -->
  <xsl:template match="p:credit | p:contribution">
    <xsl:variable name="who" select="normalize-space(@who | @person)"/>
    <xsl:variable name="creates" select="contains(' director writer creator ', concat(' ', normalize-space(@role), ' '))"/>
    <xsl:variable name="earlier" select="preceding-sibling::*[normalize-space(@who | @person) = $who]"/>
    <xsl:variable name="creator" select="$credits[normalize-space(@who | @person) = $who][contains(' director writer creator ', concat(' ', normalize-space(@role), ' '))]"/>
    <xsl:variable name="name"><xsl:call-template name="agent-name"/></xsl:variable>
    <xsl:choose>
      <xsl:when test="$creates and $earlier[contains(' director writer creator ', concat(' ', normalize-space(@role), ' '))]"/>
      <xsl:when test="$creates">
        <dc:creator><xsl:value-of select="$name"/></dc:creator>
      </xsl:when>
      <xsl:when test="normalize-space(@role) = 'commissioner'">
        <dc:publisher><xsl:value-of select="$name"/></dc:publisher>
      </xsl:when>
      <xsl:when test="$creator or $earlier[normalize-space(@role) != 'commissioner']"/>
      <xsl:otherwise>
        <dc:contributor><xsl:value-of select="$name"/></dc:contributor>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
