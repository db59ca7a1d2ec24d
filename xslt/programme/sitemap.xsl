<?xml version="1.0" encoding="UTF-8"?>
<!-- A Google video sitemap (extension 1.1) with the item in it.

     url            the page where viewers find the item; an item without one that is http or https, or that is withdrawn, has no entry
     video:video    where the item has what search engines insist on: a public image, and a public video file, or a live stream
     title          cut to 100 characters, the description to 2048; the title stands in where there is no text
     duration       left out where it is not from 1 second to 8 hours, which is all that may be said
     expiration     the end of the last publication on demand; of a live stream, its own
     restriction    only where there is one rights window: sitemaps know no periods
     family_friendly no, for items rated for adults alone; nothing is said of others
     requires_subscription yes, where every window allows subscribers and none of them a free or paid use on demand
     Left out: rating, view_count, uploader, platform, which the vocabulary does not have; price, category and tvshow, which Google has
     given up. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights"
                xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"
                exclude-result-prefixes="p m r">
  <xsl:import href="common.xsl"/>
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>

  <xsl:variable name="film" select="($files[self::m:video][m:location[normalize-space(@access) = 'public'][normalize-space()][1][starts-with(normalize-space(), 'https://')
      or starts-with(normalize-space(), 'http://')]])[1]"/>
  <xsl:variable name="live" select="key('event', 'LiveStreamType')[starts-with(normalize-space(p:stream), 'https://') or starts-with(normalize-space(p:stream), 'http://')][1]"/>

  <xsl:template match="/">
    <urlset>
      <xsl:if test="(starts-with($page, 'https://') or starts-with($page, 'http://')) and not(normalize-space($item/@status) = 'withdrawn')">
        <url>
          <loc><xsl:value-of select="$page"/></loc>
          <xsl:for-each select="($item/@modified | $item/@created[not($item/@modified)])[1]">
            <lastmod><xsl:call-template name="moment"/></lastmod>
          </xsl:for-each>
          <xsl:if test="$thumbnail and ($film or $live) and not($item[self::p:series])">
            <xsl:call-template name="video"/>
          </xsl:if>
        </url>
      </xsl:if>
    </urlset>
  </xsl:template>

  <xsl:template name="video">
    <xsl:variable name="seconds"><xsl:call-template name="seconds"/></xsl:variable>
    <xsl:variable name="end" select="$on-demand[last()]/p:end | $live[not($film)]/p:end"/>
    <video:video>
      <video:thumbnail_loc><xsl:call-template name="address"><xsl:with-param name="of" select="$thumbnail"/></xsl:call-template></video:thumbnail_loc>
      <video:title>
        <xsl:call-template name="cut"><xsl:with-param name="of" select="normalize-space($title)"/><xsl:with-param name="to" select="100"/></xsl:call-template>
      </video:title>
      <video:description>
        <xsl:call-template name="cut">
          <xsl:with-param name="of" select="concat($summary, substring(normalize-space($title), 1, 160 * ($summary = '')))"/>
          <xsl:with-param name="to" select="2048"/>
        </xsl:call-template>
      </video:description>
      <video:content_loc>
        <xsl:choose>
          <xsl:when test="$film"><xsl:call-template name="address"><xsl:with-param name="of" select="$film"/></xsl:call-template></xsl:when>
          <xsl:otherwise><xsl:value-of select="normalize-space($live/p:stream)"/></xsl:otherwise>
        </xsl:choose>
      </video:content_loc>
      <xsl:if test="$seconds != '' and $seconds &gt;= 1 and $seconds &lt;= 28800">
        <video:duration><xsl:value-of select="$seconds"/></video:duration>
      </xsl:if>
      <xsl:for-each select="$end[1]">
        <video:expiration_date><xsl:call-template name="moment"/></video:expiration_date>
      </xsl:for-each>
      <xsl:for-each select="$events[1]/p:start">
        <video:publication_date><xsl:call-template name="moment"/></video:publication_date>
      </xsl:for-each>
      <xsl:for-each select="$item/p:keyword[position() &lt;= 32]">
        <video:tag><xsl:value-of select="normalize-space()"/></video:tag>
      </xsl:for-each>
      <xsl:if test="$item/p:ageRating[contains(' 18 18+ R18 R18+ TV-MA ', concat(' ', normalize-space(), ' '))]">
        <video:family_friendly>no</video:family_friendly>
      </xsl:if>
      <xsl:if test="count($item/p:rights/r:window) = 1">
        <xsl:for-each select="$item/p:rights/r:window/r:territories">
          <video:restriction relationship="allow"><xsl:value-of select="normalize-space()"/></video:restriction>
        </xsl:for-each>
        <xsl:for-each select="$item/p:rights/r:window/r:worldwideExcept">
          <video:restriction relationship="deny"><xsl:value-of select="normalize-space()"/></video:restriction>
        </xsl:for-each>
      </xsl:if>
      <xsl:if test="$item/p:rights/r:window and not($item/p:rights/r:window[not(r:use[normalize-space() = 'svod'])])
                    and not($item/p:rights/r:window/r:use[contains(' catch-up avod tvod download social ', concat(' ', normalize-space(), ' '))])">
        <video:requires_subscription>yes</video:requires_subscription>
      </xsl:if>
      <xsl:if test="not($film)">
        <video:live>yes</video:live>
      </xsl:if>
    </video:video>
  </xsl:template>

  <!-- A text of at most so many characters; one that is cut ends in an ellipsis. -->
  <xsl:template name="cut">
    <xsl:param name="of"/>
    <xsl:param name="to"/>
    <xsl:choose>
      <xsl:when test="string-length($of) &gt; $to"><xsl:value-of select="concat(normalize-space(substring($of, 1, $to - 1)), '…')"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$of"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
