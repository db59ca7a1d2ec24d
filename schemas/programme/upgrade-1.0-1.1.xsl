<?xml version="1.0" encoding="UTF-8"?>
<!-- Turns a valid programme 1.0 document into a valid 1.1 one and changes nothing else: comments, processing instructions,
     white space, prefixes and the partner's own elements stay as they are. Our own elements change inside extensions too: 1.1 looks at
     them there.

     renamed    @lang -> @xml:lang; description -> synopsis; contributions, contribution, @person -> credits, credit, @who; role
                host -> presenter; checksum -> md5; dataRate -> bitRate
     converted  dataRate in kilobits -> bitRate in bits a second; free genre -> code, the words kept in @label; a time without a
                zone -> UTC, which is what 1.0 said it meant
     moved      genre from before the descriptions to after them; size from after the checksum to before it
     dropped    a size of 0, by which 1.0 wrote "not known"
     made plain the length of a description, "medium" where 1.0 took it for granted -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights" xmlns:exsl="http://exslt.org/common"
                exclude-result-prefixes="p m r exsl">
  <xsl:output method="xml" encoding="UTF-8"/>

  <xsl:variable name="old" select="'/schemas/programme/1.0/programme.xsd'"/>
  <xsl:variable name="new" select="'/schemas/programme/1.1/programme.xsd'"/>
  <xsl:variable name="capitals" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿ'"/>
  <xsl:variable name="letters" select="'abcdefghijklmnopqrstuvwxyzaaaaaaceeeeiiiinoooooouuuuyaaaaaaceeeeiiiinoooooouuuuyy'"/>

  <!-- Genres as partners wrote them, in the languages that they write, and the code that 1.1 has for them. -->
  <xsl:variable name="genres">
    <genre code="drama">drama</genre>
    <genre code="comedy">comedy komedie humor komodie comedie</genre>
    <genre code="crime">crime misdaad krimi policier detective</genre>
    <genre code="thriller">thriller</genre>
    <genre code="romance">romance romantiek</genre>
    <genre code="science-fiction">science-fiction sci-fi</genre>
    <genre code="factual">factual documentary documentaire dokumentation</genre>
    <genre code="nature">nature natuur natur</genre>
    <genre code="history">history geschiedenis geschichte histoire</genre>
    <genre code="science">science wetenschap wissenschaft</genre>
    <genre code="news">news nieuws nachrichten</genre>
    <genre code="current-affairs">current-affairs actualiteiten</genre>
    <genre code="sport">sport sports</genre>
    <genre code="music">music muziek musik musique</genre>
    <genre code="arts">arts kunst cultuur kultur</genre>
    <genre code="entertainment">entertainment amusement unterhaltung</genre>
    <genre code="quiz">quiz</genre>
    <genre code="children">children jeugd kinder jeunesse</genre>
    <genre code="animation">animation animatie</genre>
    <genre code="lifestyle">lifestyle</genre>
    <genre code="religion">religion religie levensbeschouwing</genre>
    <genre code="education">education educatie bildung</genre>
  </xsl:variable>

  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="p:*/@schemaVersion">
    <xsl:attribute name="schemaVersion">1.1</xsl:attribute>
  </xsl:template>

  <xsl:template match="/*/@xsi:schemaLocation[contains(., '/schemas/programme/1.0/programme.xsd')]">
    <xsl:attribute name="{name()}" namespace="http://www.w3.org/2001/XMLSchema-instance">
      <xsl:value-of select="concat(substring-before(., $old), $new, substring-after(., $old))"/>
    </xsl:attribute>
  </xsl:template>

  <!-- Renamed. The prefix, or its absence, is the partner's. -->
  <xsl:template name="renamed">
    <xsl:param name="to"/>
    <xsl:param name="content"/>
    <xsl:element name="{concat(substring(name(), 1, string-length(name()) - string-length(local-name())), $to)}" namespace="{namespace-uri()}">
      <xsl:apply-templates select="@*"/>
      <xsl:choose>
        <xsl:when test="$content"><xsl:value-of select="$content"/></xsl:when>
        <xsl:otherwise><xsl:apply-templates select="node()"/></xsl:otherwise>
      </xsl:choose>
    </xsl:element>
  </xsl:template>

  <xsl:template match="p:*/@lang | m:*/@lang">
    <xsl:attribute name="xml:lang"><xsl:value-of select="."/></xsl:attribute>
  </xsl:template>

  <xsl:template match="p:contributions">
    <xsl:call-template name="renamed"><xsl:with-param name="to" select="'credits'"/></xsl:call-template>
  </xsl:template>

  <xsl:template match="p:contribution">
    <xsl:call-template name="renamed"><xsl:with-param name="to" select="'credit'"/></xsl:call-template>
  </xsl:template>

  <xsl:template match="p:contribution/@person | p:name/@person">
    <xsl:attribute name="who"><xsl:value-of select="."/></xsl:attribute>
  </xsl:template>

  <xsl:template match="p:contribution/@role[normalize-space() = 'host']">
    <xsl:attribute name="role">presenter</xsl:attribute>
  </xsl:template>

  <!-- A description becomes a synopsis that says how long it is; the genres come after the last one. -->
  <xsl:template match="p:description">
    <xsl:element name="{concat(substring(name(), 1, string-length(name()) - string-length(local-name())), 'synopsis')}" namespace="{namespace-uri()}">
      <xsl:apply-templates select="@*"/>
      <xsl:if test="not(@length)">
        <xsl:attribute name="length">medium</xsl:attribute>
      </xsl:if>
      <xsl:apply-templates select="node()"/>
    </xsl:element>
    <xsl:if test="not(following-sibling::p:description)">
      <xsl:for-each select="../p:genre">
        <xsl:copy-of select="preceding-sibling::node()[1][self::text()]"/>
        <xsl:call-template name="genre"/>
      </xsl:for-each>
    </xsl:if>
  </xsl:template>

  <xsl:template match="p:genre">
    <xsl:call-template name="genre"/>
  </xsl:template>
  <xsl:template match="p:genre[../p:description]" priority="1"/>
  <xsl:template match="text()[following-sibling::node()[1][self::p:genre[../p:description]]]"/>

  <xsl:template name="genre">
    <xsl:variable name="lower" select="translate(., concat($capitals, '-_/,.;:+()&amp;&#9;&#10;&#13;'), concat($letters, '              '))"/>
    <xsl:variable name="plain" select="translate($lower, translate($lower, 'abcdefghijklmnopqrstuvwxyz0123456789 ', ''), '')"/>
    <xsl:variable name="slug" select="translate(normalize-space(substring(normalize-space($plain), 1, 62)), ' ', '-')"/>
    <xsl:variable name="known" select="exsl:node-set($genres)/genre[contains(concat(' ', ., ' '), concat(' ', $slug, ' '))]/@code"/>
    <xsl:copy>
      <xsl:apply-templates select="@*"/>
      <xsl:attribute name="label"><xsl:value-of select="normalize-space()"/></xsl:attribute>
      <xsl:apply-templates select="comment() | processing-instruction()"/>
      <xsl:choose>
        <xsl:when test="not($slug)">x-other</xsl:when>
        <xsl:when test="$known"><xsl:value-of select="$known"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="concat('x-', $slug)"/></xsl:otherwise>
      </xsl:choose>
    </xsl:copy>
  </xsl:template>

  <!-- 1.0 read a time without a zone as UTC; 1.1 wants it said. -->
  <xsl:template match="p:event/p:start/text() | p:event/p:end/text() | r:window/r:start/text() | r:window/r:end/text()">
    <xsl:variable name="whole" select="normalize-space(..)"/>
    <xsl:variable name="clock" select="substring-after($whole, 'T')"/>
    <xsl:choose>
      <xsl:when test="contains($clock, 'Z') or contains($clock, '+') or contains($clock, '-')"><xsl:value-of select="."/></xsl:when>
      <xsl:when test="generate-id() = generate-id(../text()[normalize-space()][last()])">
        <xsl:value-of select="concat(normalize-space(), 'Z')"/>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- Files: the size before the checksum, and only where it is known. -->
  <xsl:template match="m:checksum">
    <xsl:for-each select="../m:size[number() != 0]">
      <xsl:copy>
        <xsl:apply-templates select="@* | node()"/>
      </xsl:copy>
      <xsl:copy-of select="preceding-sibling::node()[1][self::text()]"/>
    </xsl:for-each>
    <xsl:call-template name="renamed"><xsl:with-param name="to" select="'md5'"/></xsl:call-template>
  </xsl:template>

  <xsl:template match="m:size[../m:checksum or number() = 0]"/>
  <xsl:template match="text()[following-sibling::node()[1][self::m:size[../m:checksum or number() = 0]]]"/>

  <xsl:template match="m:dataRate">
    <xsl:call-template name="renamed">
      <xsl:with-param name="to" select="'bitRate'"/>
      <xsl:with-param name="content" select="format-number(round(. * 1000), '0')"/>
    </xsl:call-template>
  </xsl:template>
</xsl:stylesheet>
