"""xmlsvc: an XML-centric metadata service. Partners' XML is validated, bound, stored, edited and published.

The way of a document, and the floors of the house, are drawn in ``docs/architecture.md``.
"""

__version__ = "0.1.0"
