"""XMLBeans and JAXB on the synthetic records, in a warm virtual machine: where a JDK is there, and Debian's libxmlbeans-java, libjaxb-java.

They save the document anew; only the views save the bytes that came in but for what was changed.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from rich.console import RenderableType
from rich.table import Table

SOURCES = Path(__file__).resolve().parent / "java"
JARS = Path("/usr/share/java")
_BEANS = ("xmlbeans",)
_JAXB = ("jaxb-xjc", "jaxb-core", "jaxb-impl", "jaxb-runtime", "jaxb-api", "codemodel", "rngom", "relaxngDatatype", "dtd-parser",
         "istack-commons-tools", "istack-commons-runtime", "xsom", "txw2", "javax.activation")
_CONFIG = ('<xb:config xmlns:xb="http://xml.apache.org/xmlbeans/2004/02/xbean/config"><xb:namespace uri="urn:rec"><xb:package>beans'
           "</xb:package></xb:namespace></xb:config>")


def java(folder: Path, document: bytes, schema: str) -> RenderableType:
    """A table of medians; a line that says what is missing where that is so."""
    work = folder / "java"
    work.mkdir()
    (work / "records.xml").write_bytes(document)
    (work / "records.xsd").write_text(schema, "utf-8")
    (work / "beans.xsdconfig").write_text(_CONFIG, "utf-8")
    if shutil.which("javac") is None:
        return "XMLBeans and JAXB: left out (no javac: apt-get install default-jdk-headless)"
    table = Table("the synthetic document: parse and …", "ten typed reads, µs", "all fields, µs", "one change, saved, µs")
    for name, package, jars, made, main in (
            ("XMLBeans", "libxmlbeans-java", _BEANS,
             ["org.apache.xmlbeans.impl.tool.SchemaCompiler", "-out", "beans.jar", "records.xsd", "beans.xsdconfig"], "Beans"),
            ("JAXB", "libjaxb-java", _JAXB, ["com.sun.tools.xjc.Driver", "-quiet", "-p", "jaxb", "-d", ".", "records.xsd"], "Bound")):
        if not all((JARS / f"{jar}.jar").is_file() for jar in jars):
            table.add_row(name, f"left out (apt-get install {package})", "", "")
            continue
        path = ":".join([*(str(JARS / f"{jar}.jar") for jar in jars), "beans.jar", "."])
        _run(work, "java", "-cp", path, *made)
        sources = [*map(str, sorted((work / "jaxb").glob("*.java")) if main == "Bound" else []), str(SOURCES / "Timing.java"),
                   str(SOURCES / f"{main}.java")]
        _run(work, "javac", "-nowarn", "-cp", path, "-d", ".", *sources)
        table.add_row(name, *(f"{float(value):.0f}" for value in _run(work, "java", "-cp", path, main, "records.xml").split()))
    return table


def _run(folder: Path, *command: str) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
