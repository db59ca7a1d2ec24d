"""The generated packages that come with xmlsvc."""

from __future__ import annotations

# Digest of the schema set → package; written by xmlsvc.codegen.
COMMITTED = {
    'sha256:53a284de360a62a6e65f3c86df9a95a506656d297f94b872359aaad22d842b6c': 'xmlsvc.vocabularies.programme.v1_0',
    'sha256:225071d60a2c31e9e66b80a1d6f49a4b31bcaf11cb810e1e7748d0212a18d8b3': 'xmlsvc.vocabularies.programme.v1_1',
}
