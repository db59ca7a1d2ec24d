from xmlsvc.wsgi import application  # noqa: F401 - mod_wsgi looks for this name
