"""OAI-PMH 2.0: what is published, for harvesters.

    answer(repository, arguments) → bytes           one request: its verb's response, or the protocol's errors; always XML, always 200
      arguments.read    verb and arguments, each once, those that the verb knows       badVerb, badArgument
      prefixes.of       formats with a namespace and a schema's address                cannotDisseminateFormat
      tokens            stateless, signed, they end                                    badResumptionToken
      records           pages of channels, by stamp                                    noRecordsMatch, idDoesNotExist
      write             the response as XML

Source: The Open Archives Initiative Protocol for Metadata Harvesting, version 2.0 (2002-06-14); section numbers are its own.
"""

from __future__ import annotations

from .verbs import Repository, answer

__all__ = ["Repository", "answer"]
