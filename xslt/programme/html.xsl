<?xml version="1.0" encoding="UTF-8"?>
<!-- A page about an item that needs nothing but itself: no script, no outside style sheet, light and dark. Images and films are the public
     ones of the item. Addresses become links only if they are http or https, so that no document can bring a script along. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" xmlns:r="urn:xmlsvc:rights" xmlns:str="http://exslt.org/strings"
                exclude-result-prefixes="p m r str">
  <xsl:import href="common.xsl"/>
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>

  <xsl:variable name="style">
:root { color-scheme: light dark; --paper: #fbfaf7; --card: #fff; --ink: #1d1d1f; --soft: #5c5b57; --line: #dedbd2; --accent: #9a3412; }
@media (prefers-color-scheme: dark) { :root { --paper: #161615; --card: #201f1e; --ink: #eceae4; --soft: #aaa69d; --line: #3a3835; --accent: #fdba74; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
main { max-width: 52rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1, h2 { font-family: Charter, "Bitstream Charter", Georgia, "Noto Serif", serif; line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 5vw, 3rem); margin: .2rem 0 .4rem; }
h2 { font-size: 1.35rem; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
a { color: var(--accent); }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.kind { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .02em; }
.subtitle { margin: 0 0 .4rem; font-size: 1.25rem; }
.facts-line, .soft { color: var(--soft); }
.lead { font-size: 1.2rem; }
img.hero, video { display: block; width: 100%; height: auto; max-height: 34rem; object-fit: contain; background: #000; border-radius: .5rem; margin: 1.5rem 0; }
ul.tags { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; padding: 0; margin: 1rem 0; }
ul.tags li { border: 1px solid var(--line); background: var(--card); border-radius: 1rem; padding: .1rem .8rem; font-size: .95rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .4rem 1.25rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; min-width: 34rem; font-size: .95rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
td time { white-space: nowrap; }
th, td { text-align: start; vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; }
ol.chapters { padding: 0; list-style: none; }
ol.chapters time { display: inline-block; min-width: 5.5rem; color: var(--soft); font-variant-numeric: tabular-nums; }
footer { margin-top: 3rem; color: var(--soft); font-size: .9rem; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .7rem; } }
@media print { body { background: none; } video { display: none; } }
</xsl:variable>

  <xsl:template match="/">
    <html lang="en">
      <head>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="description" content="{$summary}"/>
        <title><xsl:value-of select="normalize-space($title)"/></title>
        <style><xsl:value-of select="$style"/></style>
      </head>
      <body>
        <main>
          <xsl:call-template name="heading"/>
          <xsl:call-template name="picture"/>
          <xsl:call-template name="about"/>
          <xsl:call-template name="details"/>
          <xsl:call-template name="people"/>
          <xsl:call-template name="chapters"/>
          <xsl:call-template name="seasons"/>
          <xsl:call-template name="publications"/>
          <xsl:call-template name="rights"/>
          <xsl:call-template name="files"/>
          <footer>
            <xsl:text>Item </xsl:text>
            <xsl:value-of select="normalize-space($item/@id)"/>
            <xsl:text>, recorded </xsl:text>
            <xsl:call-template name="when"><xsl:with-param name="of" select="$item/@created"/></xsl:call-template>
            <xsl:if test="$item/@modified">
              <xsl:text>, last changed </xsl:text>
              <xsl:call-template name="when"><xsl:with-param name="of" select="$item/@modified"/></xsl:call-template>
            </xsl:if>
            <xsl:if test="$item/@supplier">
              <xsl:text>. Supplied by </xsl:text>
              <xsl:value-of select="normalize-space($item/@supplier)"/>
            </xsl:if>
            <xsl:text>.</xsl:text>
          </footer>
        </main>
      </body>
    </html>
  </xsl:template>

  <!-- The language of a text, for screen readers and fonts; right-to-left scripts find their direction by themselves. -->
  <xsl:template name="lang">
    <xsl:param name="of" select="."/>
    <xsl:variable name="code" select="normalize-space($of/@xml:lang | $of/@lang)"/>
    <xsl:if test="$code">
      <xsl:attribute name="lang"><xsl:value-of select="$code"/></xsl:attribute>
    </xsl:if>
    <xsl:attribute name="dir">auto</xsl:attribute>
  </xsl:template>

  <xsl:template name="heading">
    <header>
      <p class="kind">
        <xsl:call-template name="label"><xsl:with-param name="code" select="local-name($item)"/></xsl:call-template>
        <xsl:if test="$item/@kind">
          <xsl:text>: </xsl:text>
          <xsl:variable name="kind"><xsl:call-template name="label"><xsl:with-param name="code" select="$item/@kind"/></xsl:call-template></xsl:variable>
          <xsl:value-of select="translate($kind, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"/>
        </xsl:if>
        <xsl:if test="$item[self::p:episode]">
          <xsl:text> of </xsl:text>
          <xsl:for-each select="($item/p:seriesTitle | $item/p:series)[last()]">
            <cite><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></cite>
          </xsl:for-each>
          <xsl:for-each select="$item/p:season"><xsl:value-of select="concat(', season ', normalize-space())"/></xsl:for-each>
          <xsl:for-each select="$item/p:number"><xsl:value-of select="concat(', episode ', normalize-space())"/></xsl:for-each>
          <xsl:for-each select="$item/p:edition"><xsl:value-of select="concat(', ', normalize-space())"/></xsl:for-each>
        </xsl:if>
      </p>
      <h1>
        <xsl:call-template name="lang"><xsl:with-param name="of" select="$title"/></xsl:call-template>
        <xsl:value-of select="normalize-space($title)"/>
      </h1>
      <xsl:for-each select="$titles[normalize-space(@kind) = 'subtitle' and normalize-space(@xml:lang | @lang) = $language]">
        <p class="subtitle"><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></p>
      </xsl:for-each>
      <xsl:if test="normalize-space($item/@status) and normalize-space($item/@status) != 'ready'">
        <p>
          <strong>
            <xsl:text>Status: </xsl:text>
            <xsl:value-of select="translate(normalize-space($item/@status), '-', ' ')"/>
          </strong>
        </p>
      </xsl:if>
      <p class="facts-line">
        <xsl:variable name="facts">
          <xsl:for-each select="$item/p:duration"><xsl:text> · </xsl:text><xsl:call-template name="length"/></xsl:for-each>
          <xsl:for-each select="$item/p:produced"><xsl:value-of select="concat(' · ', normalize-space())"/></xsl:for-each>
          <xsl:for-each select="$item/p:countries"><xsl:value-of select="concat(' · ', normalize-space())"/></xsl:for-each>
          <xsl:for-each select="$item/p:ageRating">
            <xsl:text> · </xsl:text>
            <xsl:call-template name="label"><xsl:with-param name="code" select="@system"/></xsl:call-template>
            <xsl:value-of select="concat(' ', normalize-space())"/>
          </xsl:for-each>
        </xsl:variable>
        <xsl:value-of select="substring($facts, 4)"/>
      </p>
    </header>
  </xsl:template>

  <!-- The film itself where a browser can play it, else the largest of its pictures. -->
  <xsl:template name="picture">
    <xsl:variable name="film" select="$playable[self::m:video][normalize-space(m:container) = 'mp4' or normalize-space(m:container) = 'webm'][1]"/>
    <xsl:variable name="hero" select="($images[normalize-space(@kind) = 'banner' or normalize-space(@kind) = 'still'] | $thumbnail)[1]"/>
    <xsl:variable name="source"><xsl:if test="$hero"><xsl:call-template name="address"><xsl:with-param name="of" select="$hero"/></xsl:call-template></xsl:if></xsl:variable>
    <xsl:choose>
      <xsl:when test="$film">
        <video controls="controls" preload="none">
          <xsl:if test="$source != ''"><xsl:attribute name="poster"><xsl:value-of select="$source"/></xsl:attribute></xsl:if>
          <xsl:attribute name="width"><xsl:value-of select="normalize-space($film/m:width)"/></xsl:attribute>
          <xsl:attribute name="height"><xsl:value-of select="normalize-space($film/m:height)"/></xsl:attribute>
          <xsl:for-each select="$film">
            <source>
              <xsl:attribute name="src"><xsl:call-template name="address"/></xsl:attribute>
              <xsl:attribute name="type"><xsl:call-template name="media-type"/></xsl:attribute>
            </source>
          </xsl:for-each>
          <xsl:for-each select="$files[self::m:subtitles][normalize-space(m:format) = 'webvtt']">
            <track srclang="{normalize-space(@xml:lang | @lang)}">
              <xsl:attribute name="src"><xsl:call-template name="address"/></xsl:attribute>
              <xsl:attribute name="kind">
                <xsl:choose>
                  <xsl:when test="normalize-space(@kind) = 'captions'">captions</xsl:when>
                  <xsl:otherwise>subtitles</xsl:otherwise>
                </xsl:choose>
              </xsl:attribute>
              <xsl:attribute name="label"><xsl:call-template name="language-name"><xsl:with-param name="code" select="@xml:lang | @lang"/></xsl:call-template></xsl:attribute>
            </track>
          </xsl:for-each>
        </video>
      </xsl:when>
      <xsl:when test="$hero">
        <img class="hero" src="{$source}" alt="{normalize-space($hero/m:alt)}" width="{normalize-space($hero/m:width)}" height="{normalize-space($hero/m:height)}">
          <xsl:if test="$hero/m:alt">
            <xsl:call-template name="lang"><xsl:with-param name="of" select="$hero/m:alt[1]"/></xsl:call-template>
          </xsl:if>
        </img>
      </xsl:when>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="about">
    <xsl:for-each select="$text">
      <p class="lead"><xsl:call-template name="lang"/><xsl:apply-templates mode="inline"/></p>
    </xsl:for-each>
    <xsl:if test="$item/p:genre or $item/p:keyword">
      <ul class="tags" aria-label="Genres and keywords">
        <xsl:for-each select="$item/p:genre">
          <li><xsl:call-template name="genre"/></li>
        </xsl:for-each>
        <xsl:for-each select="$item/p:keyword">
          <li><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></li>
        </xsl:for-each>
      </ul>
    </xsl:if>
    <xsl:variable name="others" select="$texts[generate-id() != generate-id($text)]"/>
    <xsl:if test="$others">
      <h2>Other texts</h2>
      <xsl:for-each select="$others">
        <p>
          <span class="soft">
            <xsl:call-template name="language-name"><xsl:with-param name="code" select="@xml:lang | @lang"/></xsl:call-template>
            <xsl:if test="@length"><xsl:value-of select="concat(', ', normalize-space(@length))"/></xsl:if>
            <xsl:text>: </xsl:text>
          </span>
          <span><xsl:call-template name="lang"/><xsl:apply-templates mode="inline"/></span>
        </p>
      </xsl:for-each>
    </xsl:if>
  </xsl:template>

  <!-- Running text with its mark-up. -->
  <xsl:template match="p:em" mode="inline"><em><xsl:apply-templates mode="inline"/></em></xsl:template>
  <xsl:template match="p:strong" mode="inline"><strong><xsl:apply-templates mode="inline"/></strong></xsl:template>
  <xsl:template match="p:work" mode="inline"><cite><xsl:apply-templates mode="inline"/></cite></xsl:template>
  <xsl:template match="p:br" mode="inline"><br/></xsl:template>
  <xsl:template match="p:link" mode="inline">
    <xsl:call-template name="link">
      <xsl:with-param name="to" select="@href"/>
      <xsl:with-param name="words" select="normalize-space()"/>
    </xsl:call-template>
  </xsl:template>
  <xsl:template match="comment() | processing-instruction()" mode="inline"/>

  <xsl:template name="link">
    <xsl:param name="to" select="."/>
    <xsl:param name="words" select="normalize-space($to)"/>
    <xsl:variable name="address" select="normalize-space($to)"/>
    <xsl:variable name="scheme" select="translate(substring-before($address, '://'), 'HTPS', 'htps')"/>
    <xsl:choose>
      <xsl:when test="$scheme = 'http' or $scheme = 'https'"><a href="{$address}" rel="noopener noreferrer"><xsl:value-of select="$words"/></a></xsl:when>
      <xsl:otherwise><xsl:value-of select="$words"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="details">
    <xsl:variable name="other-titles" select="$shown-titles[generate-id() != generate-id($title)]"/>
    <xsl:if test="$other-titles or $item/p:language or $item/p:identifier or $item/p:related or $item/p:about or $item/p:excerpt
        or $item/p:site or $item/p:ageRating/@warnings or normalize-space($item/p:accessServices)">
      <h2>Details</h2>
      <dl>
        <xsl:for-each select="$other-titles">
          <dt>
            <xsl:choose>
              <xsl:when test="not(@kind) or normalize-space(@kind) = 'main'">Title</xsl:when>
              <xsl:otherwise><xsl:call-template name="label"><xsl:with-param name="code" select="@kind"/></xsl:call-template><xsl:if test="normalize-space(@kind) != 'subtitle'"> title</xsl:if></xsl:otherwise>
            </xsl:choose>
            <xsl:text> in </xsl:text>
            <xsl:call-template name="language-name"><xsl:with-param name="code" select="@xml:lang | @lang"/></xsl:call-template>
          </dt>
          <dd><xsl:call-template name="lang"/><xsl:value-of select="normalize-space()"/></dd>
        </xsl:for-each>
        <xsl:if test="$item/p:language">
          <dt>Language</dt>
          <dd>
            <xsl:for-each select="$item/p:language">
              <xsl:if test="position() > 1">, </xsl:if>
              <xsl:call-template name="language-name"/>
              <xsl:if test="@use and normalize-space(@use) != 'original'"><xsl:value-of select="concat(' (', normalize-space(@use), ')')"/></xsl:if>
            </xsl:for-each>
          </dd>
        </xsl:if>
        <xsl:if test="$item/p:ageRating[normalize-space(@warnings)]">
          <dt>Warnings</dt>
          <dd>
            <xsl:for-each select="str:tokenize(string($item/p:ageRating[normalize-space(@warnings)]/@warnings))">
              <xsl:if test="position() > 1">, </xsl:if>
              <xsl:value-of select="translate(., '-', ' ')"/>
            </xsl:for-each>
          </dd>
        </xsl:if>
        <xsl:if test="normalize-space($item/p:accessServices)">
          <dt>Access services</dt>
          <dd>
            <xsl:for-each select="str:tokenize(string($item/p:accessServices))">
              <xsl:if test="position() > 1">, </xsl:if>
              <xsl:value-of select="translate(., '-', ' ')"/>
            </xsl:for-each>
          </dd>
        </xsl:if>
        <xsl:for-each select="$item/p:excerpt">
          <dt>Excerpt of</dt>
          <dd><xsl:value-of select="concat(normalize-space(@item), ', ', normalize-space(@in), ' to ', normalize-space(@out))"/></dd>
        </xsl:for-each>
        <xsl:for-each select="$item/p:about">
          <dt>About</dt>
          <dd><xsl:value-of select="normalize-space()"/></dd>
        </xsl:for-each>
        <xsl:for-each select="$item/p:related">
          <dt><xsl:call-template name="label"><xsl:with-param name="code" select="@relation"/></xsl:call-template></dt>
          <dd><xsl:value-of select="normalize-space(@item)"/></dd>
        </xsl:for-each>
        <xsl:for-each select="$item/p:identifier">
          <dt><xsl:call-template name="label"><xsl:with-param name="code" select="@scheme"/></xsl:call-template></dt>
          <dd><xsl:value-of select="normalize-space()"/></dd>
        </xsl:for-each>
        <xsl:for-each select="$item/p:site">
          <dt>Web site</dt>
          <dd><xsl:call-template name="link"/></dd>
        </xsl:for-each>
      </dl>
    </xsl:if>
  </xsl:template>

  <xsl:template name="people">
    <xsl:if test="$credits">
      <h2>People</h2>
      <dl>
        <xsl:for-each select="$credits">
          <dt><xsl:call-template name="label"><xsl:with-param name="code" select="@role"/></xsl:call-template></dt>
          <dd>
            <xsl:variable name="name"><xsl:call-template name="agent-name"/></xsl:variable>
            <xsl:variable name="same" select="key('agent', normalize-space(@who | @person))[1]/p:sameAs[1]"/>
            <xsl:call-template name="link">
              <xsl:with-param name="to" select="$same"/>
              <xsl:with-param name="words" select="string($name)"/>
            </xsl:call-template>
            <xsl:if test="p:character">
              <span class="soft"> as <span><xsl:call-template name="lang"><xsl:with-param name="of" select="p:character[1]"/></xsl:call-template><xsl:value-of select="normalize-space(p:character[1])"/></span></span>
            </xsl:if>
          </dd>
        </xsl:for-each>
      </dl>
    </xsl:if>
  </xsl:template>

  <xsl:template name="chapters">
    <xsl:if test="$item/p:chapter">
      <h2>Chapters</h2>
      <ol class="chapters">
        <xsl:for-each select="$item/p:chapter">
          <li>
            <time><xsl:value-of select="substring(normalize-space(@start), 1, 8)"/></time>
            <xsl:text> </xsl:text>
            <span><xsl:call-template name="lang"><xsl:with-param name="of" select="p:heading[1]"/></xsl:call-template><xsl:value-of select="normalize-space(p:heading[1])"/></span>
          </li>
        </xsl:for-each>
      </ol>
    </xsl:if>
  </xsl:template>

  <xsl:template name="seasons">
    <xsl:if test="$item[self::p:series]/p:season">
      <h2>Seasons</h2>
      <div class="scroll" role="region" tabindex="0" aria-label="Seasons">
        <table>
          <thead><tr><th scope="col">Season</th><th scope="col">Name</th><th scope="col">Year</th><th scope="col">Episodes</th></tr></thead>
          <tbody>
            <xsl:for-each select="$item/p:season">
              <tr>
                <th scope="row"><xsl:value-of select="normalize-space(@number)"/></th>
                <td><xsl:call-template name="lang"><xsl:with-param name="of" select="p:name[1]"/></xsl:call-template><xsl:value-of select="normalize-space(p:name[1])"/></td>
                <td><xsl:value-of select="normalize-space(p:year)"/></td>
                <td><xsl:value-of select="normalize-space(p:episodes)"/></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <xsl:template name="publications">
    <xsl:if test="$events">
      <h2>Publication</h2>
      <div class="scroll" role="region" tabindex="0" aria-label="Publication">
        <table>
          <thead><tr><th scope="col">Where</th><th scope="col">From</th><th scope="col">Until</th><th scope="col">Remarks</th></tr></thead>
          <tbody>
            <xsl:for-each select="$events">
              <tr>
                <th scope="row">
                  <xsl:call-template name="link">
                    <xsl:with-param name="to" select="p:page | p:stream"/>
                    <xsl:with-param name="words" select="normalize-space(p:channel | p:platform)"/>
                  </xsl:call-template>
                </th>
                <td><xsl:call-template name="when"><xsl:with-param name="of" select="p:start"/></xsl:call-template></td>
                <td><xsl:call-template name="when"><xsl:with-param name="of" select="p:end"/></xsl:call-template></td>
                <td>
                  <xsl:variable name="remarks">
                    <xsl:if test="normalize-space(@live) = 'true' or normalize-space(@live) = '1'">, live</xsl:if>
                    <xsl:if test="normalize-space(@repeat) = 'true' or normalize-space(@repeat) = '1'">, repeat</xsl:if>
                    <xsl:for-each select="p:price">
                      <xsl:value-of select="concat(', ', normalize-space(), ' ')"/>
                      <xsl:choose>
                        <xsl:when test="@currency"><xsl:value-of select="normalize-space(@currency)"/></xsl:when>
                        <xsl:otherwise>EUR</xsl:otherwise>
                      </xsl:choose>
                    </xsl:for-each>
                    <xsl:for-each select="p:rewind">, rewind up to <xsl:call-template name="length"/></xsl:for-each>
                  </xsl:variable>
                  <xsl:value-of select="substring($remarks, 3)"/>
                </td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <xsl:template name="rights">
    <xsl:for-each select="$item/p:rights">
      <h2>Rights</h2>
      <p>
        <xsl:for-each select="r:holder">
          <xsl:if test="position() > 1">, </xsl:if>
          <xsl:value-of select="normalize-space()"/>
        </xsl:for-each>
        <xsl:for-each select="r:licence"><br/><xsl:text>Licence: </xsl:text><xsl:call-template name="link"/></xsl:for-each>
      </p>
      <xsl:if test="r:window">
        <div class="scroll" role="region" tabindex="0" aria-label="Rights">
          <table>
            <thead><tr><th scope="col">Where</th><th scope="col">From</th><th scope="col">Until</th><th scope="col">Use</th></tr></thead>
            <tbody>
              <xsl:for-each select="r:window">
                <tr>
                  <th scope="row">
                    <xsl:choose>
                      <xsl:when test="r:worldwide">Worldwide</xsl:when>
                      <xsl:when test="r:worldwideExcept"><xsl:value-of select="concat('Worldwide except ', normalize-space(r:worldwideExcept))"/></xsl:when>
                      <xsl:otherwise><xsl:value-of select="normalize-space(r:territories)"/></xsl:otherwise>
                    </xsl:choose>
                  </th>
                  <td><xsl:call-template name="when"><xsl:with-param name="of" select="r:start"/></xsl:call-template></td>
                  <td>
                    <xsl:choose>
                      <xsl:when test="normalize-space(r:end)"><xsl:call-template name="when"><xsl:with-param name="of" select="r:end"/></xsl:call-template></xsl:when>
                      <xsl:otherwise>no end</xsl:otherwise>
                    </xsl:choose>
                  </td>
                  <td>
                    <xsl:for-each select="r:use">
                      <xsl:if test="position() > 1">, </xsl:if>
                      <xsl:call-template name="label"/>
                    </xsl:for-each>
                    <xsl:if test="normalize-space(@exclusive) = 'true' or normalize-space(@exclusive) = '1'">, exclusive</xsl:if>
                    <xsl:for-each select="r:maxPlays"><xsl:value-of select="concat(', at most ', normalize-space(), ' times')"/></xsl:for-each>
                  </td>
                </tr>
              </xsl:for-each>
            </tbody>
          </table>
        </div>
      </xsl:if>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="files">
    <xsl:if test="$files">
      <h2>Files</h2>
      <div class="scroll" role="region" tabindex="0" aria-label="Files">
        <table>
          <thead><tr><th scope="col">File</th><th scope="col">Kind</th><th scope="col">Format</th><th scope="col">Length</th><th scope="col">Size</th></tr></thead>
          <tbody>
            <xsl:for-each select="$files">
              <tr>
                <th scope="row">
                  <xsl:variable name="address"><xsl:call-template name="address"/></xsl:variable>
                  <xsl:call-template name="link">
                    <xsl:with-param name="to" select="string($address)"/>
                    <xsl:with-param name="words" select="normalize-space(@key)"/>
                  </xsl:call-template>
                </th>
                <td>
                  <xsl:call-template name="label"><xsl:with-param name="code" select="local-name()"/></xsl:call-template>
                  <xsl:if test="self::m:subtitles">
                    <xsl:text>, </xsl:text>
                    <xsl:call-template name="language-name"><xsl:with-param name="code" select="@xml:lang | @lang"/></xsl:call-template>
                  </xsl:if>
                </td>
                <td>
                  <xsl:for-each select="m:container | m:format"><xsl:call-template name="label"/></xsl:for-each>
                  <xsl:for-each select="m:videoCodec"><xsl:text>, </xsl:text><xsl:call-template name="label"/></xsl:for-each>
                  <xsl:if test="m:width">
                    <xsl:if test="m:container">, </xsl:if>
                    <xsl:value-of select="concat(normalize-space(m:width), '×', normalize-space(m:height))"/>
                  </xsl:if>
                </td>
                <td><xsl:for-each select="m:duration"><xsl:call-template name="length"/></xsl:for-each></td>
                <td><xsl:call-template name="size"/></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <!-- 2024-02-01T20:30:00+01:00 as 2024-02-01 20:30 +01:00. -->
  <xsl:template name="when">
    <xsl:param name="of" select="."/>
    <xsl:variable name="value" select="normalize-space($of)"/>
    <xsl:choose>
      <xsl:when test="contains($value, 'T')">
        <xsl:variable name="clock" select="substring-after($value, 'T')"/>
        <xsl:variable name="zone" select="substring($clock, 9)"/>
        <time datetime="{$value}">
          <xsl:value-of select="concat(substring-before($value, 'T'), ' ', substring($clock, 1, 5))"/>
          <xsl:choose>
            <xsl:when test="contains($zone, '+')"><xsl:value-of select="concat(' +', substring-after($zone, '+'))"/></xsl:when>
            <xsl:when test="contains($zone, '-')"><xsl:value-of select="concat(' −', substring-after($zone, '-'))"/></xsl:when>
            <xsl:otherwise> UTC</xsl:otherwise>
          </xsl:choose>
        </time>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="$value"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- PT1H47M12S as 1 h 47 min; under ten minutes with the seconds. What has no fixed length stands as it is written. -->
  <xsl:template name="length">
    <xsl:variable name="seconds"><xsl:call-template name="seconds"><xsl:with-param name="of" select="."/></xsl:call-template></xsl:variable>
    <xsl:variable name="total" select="number($seconds)"/>
    <xsl:variable name="minutes" select="floor($total div 60)"/>
    <xsl:choose>
      <xsl:when test="$seconds = ''"><xsl:value-of select="normalize-space()"/></xsl:when>
      <xsl:when test="$total &lt; 60"><xsl:value-of select="concat($total, ' s')"/></xsl:when>
      <xsl:when test="$total &lt; 600 and $total mod 60"><xsl:value-of select="concat($minutes, ' min ', $total mod 60, ' s')"/></xsl:when>
      <xsl:when test="$total &lt; 3600"><xsl:value-of select="concat($minutes, ' min')"/></xsl:when>
      <xsl:otherwise>
        <xsl:value-of select="concat(floor($minutes div 60), ' h')"/>
        <xsl:if test="$minutes mod 60"><xsl:value-of select="concat(' ', $minutes mod 60, ' min')"/></xsl:if>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="size">
    <xsl:variable name="bytes" select="number(m:size)"/>
    <xsl:choose>
      <xsl:when test="not($bytes > 0)"/>
      <xsl:when test="$bytes >= 1000000000"><xsl:value-of select="concat(format-number($bytes div 1000000000, '0.0'), ' GB')"/></xsl:when>
      <xsl:when test="$bytes >= 1000000"><xsl:value-of select="concat(format-number($bytes div 1000000, '0.0'), ' MB')"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="concat(format-number(ceiling($bytes div 1000), '0'), ' kB')"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
