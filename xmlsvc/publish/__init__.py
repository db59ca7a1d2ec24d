"""What documents are published as.

    formats.of(schema)                          the manifest's stylesheets, and three that need none: html, json, xml
    renderings.render(services, schema, format, content)
      ├─ key = content × stylesheet closure × parameters × engine      known → as it was stored
      └─ Format.make: stylesheets.Cache | generic_html | generic_json    else made, stored, returned
"""
