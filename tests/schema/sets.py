"""Writing small schema sets."""

from __future__ import annotations

from pathlib import Path

XSD = "http://www.w3.org/2001/XMLSchema"


def document(path: Path, body: str, namespace: str = "", more: str = "") -> Path:
    """A schema document at `path`; its own namespace has the prefix "t"."""
    path.parent.mkdir(parents=True, exist_ok=True)
    target = f' targetNamespace="{namespace}" xmlns:t="{namespace}"' if namespace else ""
    path.write_text(f'<xs:schema xmlns:xs="{XSD}"{target}{more}>\n{body}\n</xs:schema>\n', "utf-8")
    return path


def element(name: str, kind: str = "xs:string") -> str:
    return f'<xs:element name="{name}" type="{kind}"/>'


def simple(name: str) -> str:
    return f'<xs:simpleType name="{name}"><xs:restriction base="xs:token"/></xs:simpleType>'


def importing(namespace: str, location: str) -> str:
    return f'<xs:import namespace="{namespace}" schemaLocation="{location}"/>'


def including(location: str) -> str:
    return f'<xs:include schemaLocation="{location}"/>'
