<?xml version="1.0" encoding="UTF-8"?>
<!-- What Media RSS says of an item that has been withdrawn: that it is deleted, under the title and number by which readers know it. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:media="http://search.yahoo.com/mrss/">
  <xsl:import href="mrss.xsl"/>

  <xsl:template name="description"><xsl:value-of select="normalize-space($title)"/></xsl:template>

  <xsl:template match="/*">
    <item>
      <title><xsl:value-of select="normalize-space($title)"/></title>
      <description><xsl:call-template name="description"/></description>
      <guid isPermaLink="false"><xsl:value-of select="normalize-space(@id)"/></guid>
      <media:title type="plain"><xsl:value-of select="normalize-space($title)"/></media:title>
      <media:description type="plain"><xsl:call-template name="description"/></media:description>
      <media:status state="deleted"/>
    </item>
  </xsl:template>
</xsl:stylesheet>
